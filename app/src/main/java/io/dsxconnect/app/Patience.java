package io.dsxconnect.app;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Waits for a scanner, but not for ever. Asked now and then whether to go on; while files end, or
 * the scanner answers, it does. Used by one thread.
 */
final class Patience {
  private static final long PROBE = Duration.ofSeconds(1).toNanos();

  private final Duration most;
  private final BooleanSupplier answers;
  private final LongSupplier nanos;
  private long ended = -1;
  private long goodAt;
  private long probedAt;

  /**
   * @param most how long nobody may answer
   * @param answers probes the scanner; at most once a second
   * @param nanos a clock that only runs forward
   */
  Patience(Duration most, BooleanSupplier answers, LongSupplier nanos) {
    this.most = most;
    this.answers = answers;
    this.nanos = nanos;
    this.goodAt = nanos.getAsLong();
    this.probedAt = goodAt;
  }

  /**
   * Whether it is used up.
   *
   * @param files that ended so far: while their number grows somebody scans
   */
  boolean isUsedUp(long files) {
    long now = nanos.getAsLong();
    if (files != ended) {
      ended = files;
      goodAt = now;
    } else if (now - probedAt >= PROBE) {
      probedAt = now;
      if (answers.getAsBoolean()) {
        goodAt = now;
      }
    }
    return now - goodAt >= most.toNanos();
  }
}
