package io.dsxconnect.core.queue;

import io.dsxconnect.settings.Settings;
import java.time.Duration;

/**
 * How often a task is retried, and after which delay: the base, doubled with each retry, at most
 * five minutes.
 *
 * @param maxRetries attempts after the first; by default 5 in prod, 3 in stg, 1 elsewhere
 * @param connector base after a failure of the connector
 * @param scanner base after a failure to reach the scanner
 * @param server base after an HTTP 5xx of the scanner
 */
public record RetryPolicy(int maxRetries, Duration connector, Duration scanner, Duration server) {
  private static final Duration MAX_DELAY = Duration.ofMinutes(5);

  public static RetryPolicy from(Settings settings, String env) {
    int retries =
        switch (env) {
          case "prod" -> 5;
          case "stg" -> 3;
          default -> 1;
        };
    return new RetryPolicy(
        (int)
            settings.number(
                "DSXCONNECT_WORKERS__SCAN_REQUEST_MAX_RETRIES",
                retries,
                0,
                100,
                "Attempts after the first; by default 5 in prod, 3 in stg, 1 elsewhere"),
        base(
            settings,
            "DSXCONNECT_WORKERS__CONNECTOR_RETRY_BACKOFF_BASE",
            5,
            "a failure of the connector"),
        base(
            settings,
            "DSXCONNECT_WORKERS__DSXA_RETRY_BACKOFF_BASE",
            3,
            "a failure to reach the scanner"),
        base(
            settings,
            "DSXCONNECT_WORKERS__SERVER_ERROR_RETRY_BACKOFF_BASE",
            5,
            "an HTTP 5xx of the scanner"));
  }

  private static Duration base(Settings settings, String name, int seconds, String cause) {
    return settings.seconds(
        name,
        Duration.ofSeconds(seconds),
        Duration.ZERO,
        "Delay of the first retry after " + cause + "; doubles with each retry, up to 300");
  }

  /** Whether the task has no attempt left. */
  public boolean exhausted(Task task) {
    return task.tries() >= maxRetries;
  }

  /** The delay before the task's next attempt. */
  public static Duration wait(Duration base, Task task) {
    Duration wait = base.multipliedBy(1L << Math.min(task.tries(), 16));
    return wait.compareTo(MAX_DELAY) < 0 ? wait : MAX_DELAY;
  }
}
