package io.dsxconnect.connector;

import java.time.Duration;

/**
 * The intervals of a connector.
 *
 * @param heartbeat between two registrations; also the maximum between two failed ones
 * @param retry before the first retry of a failed call; doubles with each further one
 * @param grace for which a stopping connector keeps retrying to send listed files
 */
record Timing(Duration heartbeat, Duration retry, Duration grace) {
  static final Timing DEFAULT =
      new Timing(Duration.ofSeconds(60), Duration.ofMillis(200), Duration.ofSeconds(5));

  /** The delay after attempt number {@code attempt}, from 0; at most 10 s. */
  Duration retryDelay(int attempt) {
    long millis = retry.toMillis() << Math.min(attempt, 6);
    return Duration.ofMillis(Math.min(10_000, millis));
  }
}
