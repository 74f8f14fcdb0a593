package io.dsxconnect.core.redis;

import io.dsxconnect.settings.Secret;
import io.dsxconnect.settings.Settings;
import io.lettuce.core.RedisURI;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where all state lives.
 *
 * @param url {@code redis://} or {@code rediss://}, possibly with a password: never printed
 * @param configured false when no setting names a Redis, so that the usual address stands in
 * @param env {@code DSXCONNECT_APP_ENV}
 */
public record RedisSettings(String url, boolean configured, String env) {
  private static final Logger log = LoggerFactory.getLogger(RedisSettings.class);
  private static final String USUAL = "redis://localhost:6379/0";
  private static final List<String> ENVIRONMENTS = List.of("exp", "dev", "app", "stg", "prod");

  /** The setting, then the older ones that stand for it when it is unset. */
  private static final List<String> NAMES =
      List.of(
          "DSXCONNECT_REDIS_URL",
          "DSXCONNECT_WORKERS__BROKER",
          "DSXCONNECT_TASKQUEUE__BROKER",
          "DSXCONNECT_RESULTS_DB");

  private static final List<String> ALSO_NAMING_IT =
      List.of("DSXCONNECT_WORKERS__BACKEND", "DSXCONNECT_TASKQUEUE__BACKEND");

  public static RedisSettings from(Settings settings) {
    String env = settings.oneOf("DSXCONNECT_APP_ENV", "dev", ENVIRONMENTS);
    String url = null;
    String from = "";
    for (String name : NAMES) {
      String given = settings.text(name);
      if (given == null || given.equalsIgnoreCase("memory")) {
        continue;
      }
      if (parse(given) == null) {
        settings.fault(
            name + ": must be redis://[user:password@]host:port/db, or rediss:// for TLS");
      } else if (url == null) {
        url = given;
        from = name;
      } else {
        requireSameServer(settings, from, url, name, given);
      }
    }
    for (String name : ALSO_NAMING_IT) {
      String given = settings.text(name);
      if (url != null && given != null && parse(given) != null) {
        requireSameServer(settings, from, url, name, given);
      }
    }
    return new RedisSettings(url == null ? USUAL : url, url != null, env);
  }

  /**
   * The original could spread its state; ours hands files over in one step, so it is in one place.
   */
  private static void requireSameServer(
      Settings settings, String first, String url, String name, String other) {
    RedisURI one = Objects.requireNonNull(parse(url));
    RedisURI two = Objects.requireNonNull(parse(other));
    if (!one.getHost().equals(two.getHost()) || one.getPort() != two.getPort()) {
      settings.fault(
          name
              + ": names another server than "
              + first
              + "; all state lives in one Redis, so unset it or name the same");
    } else if (one.getDatabase() != two.getDatabase()) {
      log.info("{}: its database number is not used; all state lives in that of {}", name, first);
    }
  }

  static @Nullable RedisURI parse(String url) {
    try {
      return url.startsWith("redis://") || url.startsWith("rediss://")
          ? RedisURI.create(url)
          : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The URL with its password, if it has one, masked. */
  public String masked() {
    return url.replaceFirst("(?<=://)([^@/]*?)(:)?[^:@/]*@", "$1$2" + Secret.MASK + "@");
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
