package io.dsxconnect.core.record;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.core.record.ResultSummary.Extent;
import io.dsxconnect.core.redis.MonotonicClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The last summaries, so that many pages that ask for the same one while a scan runs do not read
 * every record each: one that took 50 ms or more is good for 20 times as long, and all clients
 * together take at most a twentieth of a processor for it. Thread-safe.
 */
@ThreadSafe
final class RecentSummaries {
  private static final int MAX_KEPT = 64;
  private static final int AGE_PER_TIME_TAKEN = 20;
  private static final long LEAST_TAKEN_NANOS = Duration.ofMillis(50).toNanos();
  private static final long MAX_AGE_NANOS = Duration.ofSeconds(30).toNanos();

  private final MonotonicClock clock;

  @GuardedBy("this") private final Map<ResultQuery, Kept> kept =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ResultQuery, Kept> eldest) {
          return size() > MAX_KEPT;
        }
      };

  private record Kept(ResultSummary summary, long until) {}

  RecentSummaries(MonotonicClock clock) {
    this.clock = clock;
  }

  /**
   * The summary of this query if it is young enough.
   *
   * @param now the extent now: a summary is not given once a tenth of its records was deleted
   */
  synchronized Optional<ResultSummary> find(ResultQuery query, Extent now) {
    Kept found = kept.get(query);
    if (found == null
        || clock.nanos() - found.until() >= 0
        || 10 * now.kept() < 9 * found.summary().extent().kept()) {
      return Optional.empty();
    }
    return Optional.of(found.summary());
  }

  /**
   * Keeps a summary that took 50 ms or more.
   *
   * @param begin when its search began, in nanoseconds of the clock
   */
  synchronized void keep(ResultQuery query, ResultSummary summary, long begin) {
    long now = clock.nanos();
    long taken = now - begin;
    if (taken >= LEAST_TAKEN_NANOS) {
      kept.put(query, new Kept(summary, now + Math.min(MAX_AGE_NANOS, AGE_PER_TIME_TAKEN * taken)));
    }
  }
}
