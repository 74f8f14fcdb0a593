package io.dsxconnect.core.queue;

import io.dsxconnect.settings.Settings;
import java.time.Duration;

/**
 * How often and how late failed work is tried again: base times two to the number of tries, at most
 * five minutes.
 *
 * @param maxRetries tries after the first; 1 in exp, dev and app, 3 in stg, 5 in prod, unless set
 */
public record RetryPolicy(int maxRetries, Duration connector, Duration scanner, Duration server) {
  private static final Duration LONGEST = Duration.ofMinutes(5);

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
                "tries after the first; by default 1, in stg 3, in prod 5"),
        base(settings, "DSXCONNECT_WORKERS__CONNECTOR_RETRY_BACKOFF_BASE", 5, "connector failed"),
        base(settings, "DSXCONNECT_WORKERS__DSXA_RETRY_BACKOFF_BASE", 3, "scanner failed"),
        base(
            settings,
            "DSXCONNECT_WORKERS__SERVER_ERROR_RETRY_BACKOFF_BASE",
            5,
            "scanner answered 5xx"));
  }

  private static Duration base(Settings settings, String name, int seconds, String when) {
    return settings.seconds(
        name,
        Duration.ofSeconds(seconds),
        Duration.ZERO,
        "before the first retry when the " + when + "; doubles each time, to 300");
  }

  public boolean exhausted(Task task) {
    return task.tries() >= maxRetries;
  }

  /** How long this task waits before it is tried again. */
  public static Duration wait(Duration base, Task task) {
    Duration wait = base.multipliedBy(1L << Math.min(task.tries(), 16));
    return wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
  }
}
