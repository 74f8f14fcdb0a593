package io.dsxconnect.connector;

import java.time.Duration;

/**
 * How often a connector makes itself heard and how long it may take to stop.
 *
 * @param heartbeat between two registrations; also the longest wait between two tries
 * @param retry before the second try of what failed; doubles from there
 * @param grace how long, after it was told to stop, what was listed is still sent to a core that
 *     does not take it
 */
record Timing(Duration heartbeat, Duration retry, Duration grace) {
  static final Timing USUAL =
      new Timing(Duration.ofSeconds(60), Duration.ofMillis(200), Duration.ofSeconds(5));

  /** The wait after try number {@code attempt}, from 0; at most 10 s. */
  Duration wait(int attempt) {
    long millis = retry.toMillis() << Math.min(attempt, 6);
    return Duration.ofMillis(Math.min(10_000, millis));
  }
}
