package io.dsxconnect.app.process;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Limits how long a scan waits for its scanner. The time counts while no file ends and the scanner
 * takes no file. Confined to one thread.
 */
public final class StallLimit {
  private static final long PROBE_INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

  private final Duration limit;
  private final Supplier<Optional<String>> obstacle;
  private final LongSupplier nanoTime;
  private long endedFiles = -1;
  private long progressAt;
  private long probedAt;
  private Optional<String> reason = Optional.empty();

  /**
   * @param limit how long files may wait for the scanner
   * @param obstacle probes the scanner, at most every 5 seconds; returns why files wait, or empty
   * @param nanoTime monotonic clock
   */
  public StallLimit(Duration limit, Supplier<Optional<String>> obstacle, LongSupplier nanoTime) {
    this.limit = limit;
    this.obstacle = obstacle;
    this.nanoTime = nanoTime;
    this.progressAt = nanoTime.getAsLong();
    this.probedAt = progressAt;
  }

  /**
   * Returns why files wait once they have waited for the whole limit; empty before. May block for a
   * probe of the scanner.
   *
   * @param files number of files that have ended so far; while it grows, the scanner works
   */
  public Optional<String> exceeded(long files) {
    long now = nanoTime.getAsLong();
    if (files != endedFiles) {
      endedFiles = files;
      progressAt = now;
      reason = Optional.empty();
    } else if (now - probedAt >= PROBE_INTERVAL_NANOS) {
      probedAt = now;
      reason = obstacle.get();
      if (reason.isEmpty()) {
        progressAt = now;
      }
    }
    return now - progressAt >= limit.toNanos() ? reason : Optional.empty();
  }
}
