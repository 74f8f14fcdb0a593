package io.dsxconnect.app.process;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Waits for a scanner, but not for ever. Asked now and then whether to go on; while files end, or
 * the scanner takes files, it does. Used by one thread.
 */
public final class StallLimit {
  private static final long PROBE = Duration.ofSeconds(5).toNanos();

  private final Duration most;
  private final Supplier<Optional<String>> obstacle;
  private final LongSupplier nanos;
  private long ended = -1;
  private long goodAt;
  private long probedAt;
  private Optional<String> found = Optional.empty();

  /**
   * @param most how long files may wait for the scanner
   * @param obstacle probes the scanner, at most every 5 seconds; says why files wait, if they do
   * @param nanos a clock that only runs forward
   */
  public StallLimit(Duration most, Supplier<Optional<String>> obstacle, LongSupplier nanos) {
    this.most = most;
    this.obstacle = obstacle;
    this.nanos = nanos;
    this.goodAt = nanos.getAsLong();
    this.probedAt = goodAt;
  }

  /**
   * What used it up; empty while it is not.
   *
   * @param files that ended so far: while their number grows somebody scans
   */
  public Optional<String> usedUpBy(long files) {
    long now = nanos.getAsLong();
    if (files != ended) {
      ended = files;
      goodAt = now;
      found = Optional.empty();
    } else if (now - probedAt >= PROBE) {
      probedAt = now;
      found = obstacle.get();
      if (found.isEmpty()) {
        goodAt = now;
      }
    }
    return now - goodAt >= most.toNanos() ? found : Optional.empty();
  }
}
