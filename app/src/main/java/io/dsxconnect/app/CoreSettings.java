package io.dsxconnect.app;

import io.dsxconnect.core.queue.RetryPolicy;
import io.dsxconnect.core.redis.RedisSettings;
import io.dsxconnect.core.scanner.ScannerSettings;
import io.dsxconnect.settings.Settings;
import java.time.Duration;
import java.util.Map;

/**
 * Everything that the core reads from {@code DSXCONNECT_*}, checked at once.
 *
 * @param retain records kept; 100,000 by default, negative keeps all
 */
record CoreSettings(
    RedisSettings redis,
    ScannerSettings scanner,
    RetryPolicy retry,
    Duration connectorTimeout,
    long retain,
    int batchDefault,
    int batchMax) {

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
            (int) s.number("DSXCONNECT_WORKERS__SCAN_REQUEST_BATCH_DEFAULT_SIZE", 10, 1, 1000),
            (int) s.number("DSXCONNECT_WORKERS__SCAN_REQUEST_BATCH_MAX_SIZE", 100, 1, 1000));
    s.check();
    return settings;
  }

  CoreSettings withRedis(String url) {
    return new CoreSettings(
        new RedisSettings(url, true, redis.env()),
        scanner,
        retry,
        connectorTimeout,
        retain,
        batchDefault,
        batchMax);
  }

  CoreSettings withScanner(ScannerSettings other) {
    return new CoreSettings(redis, other, retry, connectorTimeout, retain, batchDefault, batchMax);
  }

  CoreSettings withRetain(long records) {
    return new CoreSettings(
        redis, scanner, retry, connectorTimeout, records, batchDefault, batchMax);
  }
}
