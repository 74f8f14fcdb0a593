package io.dsxconnect.app.wiring;

import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.connector.MinimumRate;
import io.dsxconnect.core.queue.RetryPolicy;
import io.dsxconnect.core.redis.RedisSettings;
import io.dsxconnect.core.scanner.ScannerSettings;
import io.dsxconnect.core.siem.SyslogSettings;
import io.dsxconnect.http.client.ClientSettings;
import io.dsxconnect.http.tls.ServerTls;
import io.dsxconnect.settings.Setting;
import io.dsxconnect.settings.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All settings of the core, from {@code DSXCONNECT_*}. Every invalid setting is reported in one
 * {@link io.dsxconnect.settings.InvalidSettings}. Immutable.
 *
 * @param syslog null when no collector is configured
 */
public record CoreSettings(
    RedisSettings redis,
    ScannerSettings scanner,
    Connectors connectors,
    Workers workers,
    Api api,
    @Nullable SyslogSettings syslog) {

  /**
   * How the core and connectors call each other.
   *
   * @param client TLS and proxy of calls to connectors
   */
  public record Connectors(ConnectorClient.Times times, ClientSettings client, Batches batches) {}

  /**
   * Files per batch of scan requests.
   *
   * @param enabled whether connectors are advised to send batches; the batch route works either way
   * @param defaultSize advised to connectors
   * @param maxSize accepted by the batch route
   */
  public record Batches(boolean enabled, int defaultSize, int maxSize) {}

  /**
   * How the stages work.
   *
   * @param concurrency of workers without {@code --concurrency} or {@code --autoscale}
   * @param retain records kept over all jobs; 100,000 by default, negative keeps all
   */
  public record Workers(RetryPolicy retry, WorkerConcurrency concurrency, long retain) {}

  /**
   * How the API serves.
   *
   * @param allowedHosts its public host names, in lower case
   * @param openConfig whether clients may change the scanner's address although the API does not
   *     authenticate them
   * @param tls null for plain HTTP
   * @param buildTimestamp ISO-8601, from {@code DSX_BUILD_TIMESTAMP}, which images set; null when
   *     unset or blank
   * @param declared every setting of the core with its value, secrets masked
   */
  public record Api(
      Set<String> allowedHosts,
      boolean openConfig,
      @Nullable ServerTls tls,
      @Nullable String buildTimestamp,
      List<Setting> declared) {}

  /** The message where a scanner is needed and {@link #hasScanner} is false. */
  public static final String NO_SCANNER =
      "no scanner is configured; set DSXCONNECT_SCANNER__BASE_URL";

  /**
   * Reads and checks the settings.
   *
   * @throws io.dsxconnect.settings.InvalidSettings naming every fault; a name that begins with
   *     {@code DSXCONNECT_} and looks like a misspelled setting is one
   */
  public static CoreSettings from(Map<String, String> environment) {
    Settings s = new Settings(environment);
    String built = environment.getOrDefault("DSX_BUILD_TIMESTAMP", "");
    CoreSettings settings = read(s, built.isBlank() ? null : built);
    s.check("DSXCONNECT_");
    return settings;
  }

  /**
   * As {@link #from}, for a run on a private Redis: settings that name another Redis are ignored,
   * not even checked.
   */
  public static CoreSettings forLocalRun(Map<String, String> environment) {
    Map<String, String> rest = new HashMap<>(environment);
    rest.keySet()
        .removeIf(
            name ->
                name.toUpperCase(Locale.ROOT)
                    .matches(
                        "DSXCONNECT_(REDIS_URL|RESULTS_DB|(WORKERS|TASKQUEUE)__(BROKER|BACKEND))"));
    return from(rest);
  }

  /**
   * Declares and reads every setting of the core. The caller checks for faults. Has no build
   * timestamp.
   */
  public static CoreSettings read(Settings s) {
    return read(s, null);
  }

  private static CoreSettings read(Settings s, @Nullable String buildTimestamp) {
    RedisSettings redis = RedisSettings.from(s);
    CoreSettings settings =
        new CoreSettings(
            redis,
            ScannerSettings.from(s),
            new Connectors(
                connectorTimes(s),
                ClientSettings.from(s, "DSXCONNECT_CONNECTORS__", "connectors"),
                batches(s)),
            new Workers(RetryPolicy.from(s, redis.env()), WorkerConcurrency.from(s), retain(s)),
            api(s, buildTimestamp),
            SyslogSettings.from(s));
    AcceptedSettings.declare(s);
    return settings.withDeclared(s.declared());
  }

  private static ConnectorClient.Times connectorTimes(Settings s) {
    return new ConnectorClient.Times(
        s.seconds(
            "DSXCONNECT_CONNECTORS__CLIENT_TIMEOUT_SECONDS",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            "Time without a byte from a connector after which a call fails"),
        s.seconds(
            "DSXCONNECT_CONNECTORS__ACTION_TIMEOUT_SECONDS",
            Duration.ofMinutes(10),
            Duration.ofSeconds(1),
            "Time for a connector to act on a malicious file; a move to another file system copies"
                + " it"),
        MinimumRate.DEFAULT);
  }

  private static Batches batches(Settings s) {
    return new Batches(
        s.flag(
            "DSXCONNECT_WORKERS__SCAN_REQUEST_BATCH_ENABLED",
            true,
            "Advise connectors to send scan requests in batches"),
        (int)
            s.number(
                "DSXCONNECT_WORKERS__SCAN_REQUEST_BATCH_DEFAULT_SIZE",
                10,
                1,
                1000,
                "Files per batch, unless the connector chooses"),
        (int)
            s.number(
                "DSXCONNECT_WORKERS__SCAN_REQUEST_BATCH_MAX_SIZE",
                100,
                1,
                1000,
                "Maximum files per batch"));
  }

  private static long retain(Settings s) {
    return s.number(
        "DSXCONNECT_RESULTS_DB__RETAIN",
        100_000,
        -1,
        Long.MAX_VALUE,
        "Records kept; -1 keeps all",
        "DSXCONNECT_DATABASE__RETAIN",
        "DSXCONNECT_RESULTS_DATABASE__RETAIN");
  }

  private static Api api(Settings s, @Nullable String buildTimestamp) {
    return new Api(
        words(
            s.text(
                "DSXCONNECT_ALLOWED_HOSTS",
                "",
                "Public host names of the API, separated by commas")),
        s.flag(
            "DSXCONNECT_ALLOW_OPEN_CONFIG",
            false,
            "Allow every client to change the scanner's address; the API does not authenticate"
                + " clients"),
        ServerTls.from(s, "DSXCONNECT_"),
        buildTimestamp,
        List.of());
  }

  private static Set<String> words(String list) {
    return Arrays.stream(list.toLowerCase(Locale.ROOT).split("[,\\s]+", -1))
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a scanner is configured, be it the stand-in. */
  public boolean hasScanner() {
    return scanner.base() != null;
  }

  /** These settings on another Redis, whose URL is complete with its credentials. */
  public CoreSettings withRedis(String url) {
    RedisSettings other = new RedisSettings(url, true, redis.env());
    return new CoreSettings(other, scanner, connectors, workers, api, syslog);
  }

  public CoreSettings withScanner(ScannerSettings other) {
    return new CoreSettings(redis, other, connectors, workers, api, syslog);
  }

  public CoreSettings withRetain(long records) {
    Workers other = new Workers(workers.retry(), workers.concurrency(), records);
    return new CoreSettings(redis, scanner, connectors, other, api, syslog);
  }

  private CoreSettings withDeclared(List<Setting> declared) {
    Api other =
        new Api(api.allowedHosts(), api.openConfig(), api.tls(), api.buildTimestamp(), declared);
    return new CoreSettings(redis, scanner, connectors, workers, other, syslog);
  }

  /** For a run that ends with its scan: no events to a SIEM, and no HTTPS for its private API. */
  CoreSettings withoutSyslogAndTls() {
    Api plain =
        new Api(api.allowedHosts(), api.openConfig(), null, api.buildTimestamp(), api.declared());
    return new CoreSettings(redis, scanner, connectors, workers, plain, null);
  }
}
