package io.dsxconnect.core.redis;

import io.dsxconnect.http.tls.ClientTls;
import io.dsxconnect.settings.Secret;
import io.dsxconnect.settings.Settings;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.StaticCredentialsProvider;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of the Redis that holds all state. Immutable.
 *
 * @param url {@code redis://} or {@code rediss://}, possibly with a password: never printed
 * @param configured false when no setting names a Redis and the default address is used
 * @param env {@code DSXCONNECT_APP_ENV}
 * @param password used when the URL has none; null without one
 * @param tls how a {@code rediss://} server is verified
 * @param highWater percent of {@code maxmemory} at which new work is refused, 1 to 100
 */
public record RedisSettings(
    String url,
    boolean configured,
    String env,
    @Nullable Secret password,
    ClientTls tls,
    int highWater) {
  private static final Logger log = LoggerFactory.getLogger(RedisSettings.class);
  private static final int HIGH_WATER_PERCENT = 80;
  private static final String DEFAULT_URL = "redis://localhost:6379/0";
  private static final List<String> ENVIRONMENTS = List.of("exp", "dev", "app", "stg", "prod");

  /** The user and password: the part before the last {@code @}. */
  private static final Pattern USER = Pattern.compile("^[a-z]+://([^/]*)@");

  /** The same in groups, without the password; masks too much rather than too little. */
  private static final Pattern PASSWORD = Pattern.compile("^([a-z]+://)([^:@/]*:)?.*@");

  /** A password with a raw {@code / ? #} would move its {@code @} behind the authority. */
  private static final Pattern FORM = Pattern.compile("rediss?://[^/?#]*[^#@]*");

  private static final String NAME = "DSXCONNECT_REDIS_URL";

  private static final String ENCODE =
      "; percent-encode the special characters of a password (@ as %40, : as %3A, / as %2F, # as"
          + " %23, ? as %3F, % as %25), or set DSXCONNECT_REDIS_PASSWORD";

  /** Older names, read when {@link #NAME} is unset. */
  private static final String[] OLDER_NAMES = {
    "DSXCONNECT_WORKERS__BROKER", "DSXCONNECT_TASKQUEUE__BROKER", "DSXCONNECT_RESULTS_DB"
  };

  /** Names of the original; if set, they must name the same server. */
  private static final String[] SAME_SERVER = {
    "DSXCONNECT_WORKERS__BROKER",
    "DSXCONNECT_WORKERS__BACKEND",
    "DSXCONNECT_TASKQUEUE__BROKER",
    "DSXCONNECT_TASKQUEUE__BACKEND",
    "DSXCONNECT_RESULTS_DB",
    "DSXCONNECT_RESULTS_DATABASE__LOC"
  };

  /** With default TLS, no separate password, and a high-water mark of 80 %. */
  public RedisSettings(String url, boolean configured, String env) {
    this(url, configured, env, null, ClientTls.DEFAULT, HIGH_WATER_PERCENT);
  }

  /** Reads the settings; reports faults to {@code settings} and then uses the default. */
  public static RedisSettings from(Settings settings) {
    String env =
        settings.oneOf(
            "DSXCONNECT_APP_ENV",
            "dev",
            ENVIRONMENTS,
            "Environment; keeps its data apart in a shared Redis, and stg and prod retry more"
                + " often");
    String given =
        settings.optional(
            NAME,
            "URL of the Redis that holds all state, 6.2 or newer; default " + DEFAULT_URL,
            OLDER_NAMES);
    if (given != null && given.equalsIgnoreCase("memory")) {
      given = null;
    }
    if (given != null && parse(given) == null) {
      settings.fault(
          NAME + ": must be redis://[user:password@]host:port/db, or rediss:// for TLS" + ENCODE);
      given = null;
    }
    Secret password =
        settings.secret(
            "DSXCONNECT_REDIS_PASSWORD", "Password of Redis, used when " + NAME + " has none");
    ClientTls tls = ClientTls.from(settings, "DSXCONNECT_REDIS_", "Redis");
    int highWater =
        (int)
            settings.number(
                "DSXCONNECT_REDIS_HIGH_WATER",
                HIGH_WATER_PERCENT,
                1,
                100,
                "Percent of Redis' maxmemory at which new files are refused until work is done");
    RedisSettings redis =
        new RedisSettings(
            given == null ? DEFAULT_URL : given, given != null, env, password, tls, highWater);
    settings.show(NAME, redis.masked());
    for (String name : SAME_SERVER) {
      String other = settings.optional(name, "Older name; must be the server of " + NAME);
      RedisURI uri = other == null ? null : parse(other);
      if (other != null) {
        settings.show(name, new RedisSettings(other, true, env).masked());
      }
      if (other != null && other.equalsIgnoreCase("memory")) {
        log.info("{}=memory: records are kept in Redis all the same", name);
      } else if (given != null && uri != null) {
        requireSameServer(settings, given, name, uri);
      } else if (other != null && uri == null) {
        settings.fault(name + ": must be redis://[user:password@]host:port/db" + ENCODE);
      }
    }
    return redis;
  }

  /**
   * The original could spread its state over servers. Here a hand-off is one script, so that all
   * state is on one server.
   */
  private static void requireSameServer(Settings settings, String url, String name, RedisURI two) {
    RedisURI one = Objects.requireNonNull(parse(url));
    if (!one.getHost().equals(two.getHost()) || one.getPort() != two.getPort()) {
      settings.fault(
          name
              + ": names another server than "
              + NAME
              + "; all state lives in one Redis, so unset it or name the same");
    } else if (one.getDatabase() != two.getDatabase()) {
      log.info("{}: its database number is not used; all state lives in that of {}", name, NAME);
    }
  }

  /** Null when the URL is not valid. */
  static @Nullable RedisURI parse(String url) {
    try {
      return FORM.matcher(url).matches() ? RedisURI.create(url) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The URL in the form of the driver, with credentials. */
  RedisURI uri() {
    RedisURI uri = Objects.requireNonNull(parse(url));
    Matcher user = USER.matcher(url);
    String userInfo = user.find() ? user.group(1) : "";
    if (password != null && userInfo.indexOf(':') < 0) {
      uri.setCredentialsProvider(
          new StaticCredentialsProvider(
              userInfo.isEmpty() ? null : userInfo, password.value().toCharArray()));
    }
    if (uri.isSsl()) {
      uri.setVerifyPeer(tls.verify() ? SslVerifyMode.FULL : SslVerifyMode.NONE);
    }
    return uri;
  }

  /** The URL with its password, if it has one, masked. */
  public String masked() {
    return PASSWORD.matcher(url).replaceFirst("$1$2" + Secret.MASK + "@");
  }

  /** Host and port only. */
  public String address() {
    RedisURI uri = parse(url);
    return uri == null ? "?" : uri.getHost() + ":" + uri.getPort();
  }

  @Override
  public String toString() {
    return "RedisSettings[" + address() + ", " + env + "]";
  }
}
