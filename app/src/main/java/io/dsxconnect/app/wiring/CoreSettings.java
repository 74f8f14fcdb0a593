package io.dsxconnect.app.wiring;

import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.connector.MinimumRate;
import io.dsxconnect.core.queue.RetryPolicy;
import io.dsxconnect.core.redis.RedisSettings;
import io.dsxconnect.core.scanner.ScannerSettings;
import io.dsxconnect.core.siem.SyslogSettings;
import io.dsxconnect.http.client.ClientSettings;
import io.dsxconnect.http.tls.ServerTls;
import io.dsxconnect.settings.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the core reads from {@code DSXCONNECT_*}, checked at once.
 *
 * @param batchEnabled advertised to connectors; the batch route serves all the same
 * @param allowedHosts public names by which the API is called
 * @param openConfig whether anybody may change the scanner while operators are off
 * @param retain records kept; 100,000 by default, negative keeps all
 * @param concurrency of workers that are not told another
 */
public record CoreSettings(
    RedisSettings redis,
    ScannerSettings scanner,
    RetryPolicy retry,
    ConnectorClient.Times connectorTimes,
    long retain,
    boolean batchEnabled,
    int batchDefault,
    int batchMax,
    Set<String> allowedHosts,
    boolean openConfig,
    @Nullable SyslogSettings syslog,
    @Nullable ServerTls serverTls,
    ClientSettings connectorClient,
    WorkerConcurrency concurrency) {

  public static CoreSettings from(Map<String, String> environment) {
    Settings s = new Settings(environment);
    CoreSettings settings = read(s);
    s.check("DSXCONNECT_");
    return settings;
  }

  /** For a run on a Redis of its own: what names another is not even looked at. */
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

  /** Asks for every setting of the core; the caller checks. */
  public static CoreSettings read(Settings s) {
    RedisSettings redis = RedisSettings.from(s);
    CoreSettings settings =
        new CoreSettings(
            redis,
            ScannerSettings.from(s),
            RetryPolicy.from(s, redis.env()),
            new ConnectorClient.Times(
                s.seconds(
                    "DSXCONNECT_CONNECTORS__CLIENT_TIMEOUT_SECONDS",
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(1),
                    "without a byte from a connector"),
                s.seconds(
                    "DSXCONNECT_CONNECTORS__ACTION_TIMEOUT_SECONDS",
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(1),
                    "for a connector to act on a malicious file; a move to another file system copies it"),
                MinimumRate.DEFAULT),
            s.number(
                "DSXCONNECT_RESULTS_DB__RETAIN",
                100_000,
                -1,
                Long.MAX_VALUE,
                "records kept; -1 keeps all",
                "DSXCONNECT_DATABASE__RETAIN",
                "DSXCONNECT_RESULTS_DATABASE__RETAIN"),
            s.flag(
                "DSXCONNECT_WORKERS__SCAN_REQUEST_BATCH_ENABLED",
                true,
                "whether connectors are told to send batches"),
            (int)
                s.number(
                    "DSXCONNECT_WORKERS__SCAN_REQUEST_BATCH_DEFAULT_SIZE",
                    10,
                    1,
                    1000,
                    "files a batch, when a connector does not choose"),
            (int)
                s.number(
                    "DSXCONNECT_WORKERS__SCAN_REQUEST_BATCH_MAX_SIZE",
                    100,
                    1,
                    1000,
                    "files a batch at most"),
            words(
                s.text(
                    "DSXCONNECT_ALLOWED_HOSTS",
                    "",
                    "public host names by which the API is called, separated by commas")),
            s.flag(
                "DSXCONNECT_ALLOW_OPEN_CONFIG",
                false,
                "whether anybody may change the scanner while operators are off"),
            SyslogSettings.from(s),
            ServerTls.from(s, "DSXCONNECT_"),
            ClientSettings.from(s, "DSXCONNECT_CONNECTORS__", "connectors"),
            WorkerConcurrency.from(s));
    AcceptedSettings.declare(s);
    return settings;
  }

  private static Set<String> words(String list) {
    return Arrays.stream(list.toLowerCase(Locale.ROOT).split("[,\\s]+", -1))
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  public CoreSettings withRedis(String url) {
    return with(new RedisSettings(url, true, redis.env()), scanner, retain, syslog, serverTls);
  }

  public CoreSettings withScanner(ScannerSettings other) {
    return with(redis, other, retain, syslog, serverTls);
  }

  public CoreSettings withRetain(long records) {
    return with(redis, scanner, records, syslog, serverTls);
  }

  /** For a run that ends: a SIEM is told by what stays up, and nobody else calls its API. */
  CoreSettings forItself() {
    return with(redis, scanner, retain, null, null);
  }

  private CoreSettings with(
      RedisSettings otherRedis,
      ScannerSettings otherScanner,
      long records,
      @Nullable SyslogSettings otherSyslog,
      @Nullable ServerTls otherTls) {
    return new CoreSettings(
        otherRedis,
        otherScanner,
        retry,
        connectorTimes,
        records,
        batchEnabled,
        batchDefault,
        batchMax,
        allowedHosts,
        openConfig,
        otherSyslog,
        otherTls,
        connectorClient,
        concurrency);
  }
}
