package io.dsxconnect.app;

import io.dsxconnect.core.queue.RetryPolicy;
import io.dsxconnect.core.redis.RedisSettings;
import io.dsxconnect.core.scanner.ScannerSettings;
import io.dsxconnect.settings.Settings;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Everything that the core reads from {@code DSXCONNECT_*}, checked at once.
 *
 * @param batchEnabled advertised to connectors; the batch route serves all the same
 * @param allowedHosts public names by which the API is called
 * @param openConfig whether anybody may change the scanner while operators are off
 * @param retain records kept; 100,000 by default, negative keeps all
 */
record CoreSettings(
    RedisSettings redis,
    ScannerSettings scanner,
    RetryPolicy retry,
    Duration connectorTimeout,
    long retain,
    boolean batchEnabled,
    int batchDefault,
    int batchMax,
    Set<String> allowedHosts,
    boolean openConfig) {

  static CoreSettings from(Map<String, String> environment) {
    Settings s = new Settings(environment);
    RedisSettings redis = RedisSettings.from(s);
    long retain = s.number("DSXCONNECT_RESULTS_DB__RETAIN", 100_000, -1, Long.MAX_VALUE);
    CoreSettings settings =
        new CoreSettings(
            redis,
            ScannerSettings.from(s),
            RetryPolicy.from(s, redis.env()),
            s.seconds(
                "DSXCONNECT_CONNECTORS__CLIENT_TIMEOUT_SECONDS",
                Duration.ofSeconds(30),
                Duration.ofSeconds(1)),
            s.number("DSXCONNECT_DATABASE__RETAIN", retain, -1, Long.MAX_VALUE),
            s.flag("DSXCONNECT_WORKERS__SCAN_REQUEST_BATCH_ENABLED", true),
            (int) s.number("DSXCONNECT_WORKERS__SCAN_REQUEST_BATCH_DEFAULT_SIZE", 10, 1, 1000),
            (int) s.number("DSXCONNECT_WORKERS__SCAN_REQUEST_BATCH_MAX_SIZE", 100, 1, 1000),
            Set.of(
                s.text("DSXCONNECT_ALLOWED_HOSTS", "")
                    .toLowerCase(Locale.ROOT)
                    .strip()
                    .split("[,\\s]+")),
            s.flag("DSXCONNECT_ALLOW_OPEN_CONFIG", false));
    s.check();
    return settings;
  }

  CoreSettings withRedis(String url) {
    return with(new RedisSettings(url, true, redis.env()), scanner, retain);
  }

  CoreSettings withScanner(ScannerSettings other) {
    return with(redis, other, retain);
  }

  CoreSettings withRetain(long records) {
    return with(redis, scanner, records);
  }

  private CoreSettings with(RedisSettings otherRedis, ScannerSettings otherScanner, long records) {
    return new CoreSettings(
        otherRedis,
        otherScanner,
        retry,
        connectorTimeout,
        records,
        batchEnabled,
        batchDefault,
        batchMax,
        allowedHosts,
        openConfig);
  }
}
