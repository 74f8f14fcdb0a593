package io.dsxconnect.core.record;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.redis.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Searches on behalf of clients, which may have to read every record: at most four at once, so that
 * they leave Redis and the processor to the pipeline. A further one waits 2 s for its turn. Blocks
 * for Redis. Thread-safe.
 */
@ThreadSafe
public final class Searches {
  /** The last position that a sorted search can reach: it keeps so many records' keys. */
  public static final int MAX_SORTED = 10_000;

  private static final int MAX_AT_ONCE = 4;
  private static final Duration WAIT = Duration.ofSeconds(2);

  /** A search that waits for its turn in the middle has sent a part of its answer already. */
  private static final Duration WAIT_TO_GO_ON = Duration.ofSeconds(20);

  private static final Duration SUMMARY_TIME = Duration.ofSeconds(4);
  private static final Duration SORT_TIME = Duration.ofSeconds(10);

  private final Results results;
  private final MonotonicClock clock;
  private final Duration wait;
  private final RecentSummaries summaries;
  private final Semaphore turns = new Semaphore(MAX_AT_ONCE, true);

  public Searches(Results results, MonotonicClock clock) {
    this(results, clock, WAIT);
  }

  /**
   * @param wait for which a search waits for its turn
   */
  Searches(Results results, MonotonicClock clock, Duration wait) {
    this.results = results;
    this.clock = clock;
    this.wait = wait;
    this.summaries = new RecentSummaries(clock);
  }

  /**
   * Passes the matching records to {@code taker}, in the order of the query, until it returns
   * false. Has its turn while it reads a page of records only, not while the taker works: a slow
   * client keeps no other from searching.
   *
   * @throws SearchesBusyException when other searches took all turns
   */
  public void stream(ResultQuery query, Predicate<ScanResult> taker) {
    if (query.filter().equals(ResultQuery.Filter.NONE)) {
      // It passes each record that it reads, so it is no search.
      results.find(query, taker);
      return;
    }
    boolean[] begun = {false};
    results.find(
        query,
        page -> {
          List<ScanResult> read = inTurn(begun[0] ? WAIT_TO_GO_ON : wait, page);
          begun[0] = true;
          return read;
        },
        taker);
  }

  /**
   * Adds up the matching records for at most 4 s; then the summary is not complete. It may be one
   * that was made before, up to 20 times as long ago as it took, and at most 30 s.
   *
   * @throws SearchesBusyException when other searches took all turns
   */
  public ResultSummary summary(ResultQuery query) {
    return inTurn(
        wait,
        () -> summaries.find(query, results.extent(query.job())).orElseGet(() -> addedUp(query)));
  }

  private ResultSummary addedUp(ResultQuery query) {
    long begin = clock.nanos();
    ResultSummary.Sums sums = new ResultSummary.Sums();
    boolean complete = searched(query, SUMMARY_TIME, sums::add);
    ResultSummary summary = sums.end(complete, results.extent(query.job()));
    summaries.keep(query, summary, begin);
    return summary;
  }

  /**
   * Finds the matching records of some positions of an order.
   *
   * @param offset position of the first, from 0
   * @param limit how many; {@code offset + limit} is at most {@link #MAX_SORTED}
   * @throws SearchesBusyException when other searches took all turns, or when this one takes longer
   *     than 10 s
   */
  public List<ScanResult> sorted(ResultQuery query, ResultSort sort, int offset, int limit) {
    return inTurn(
        wait,
        () -> {
          ResultSort.Best best = new ResultSort.Best(sort, query.ascending(), offset + limit);
          ResultQuery all = query.after(null).oldestFirst(true);
          if (!searched(all, SORT_TIME, best::add)) {
            throw new SearchesBusyException(
                "search_takes_too_long: sort fewer records, for example those of one job");
          }
          return results.withIds(best.idsFrom(offset));
        });
  }

  /** Whether the search came to its end in this time. */
  private boolean searched(ResultQuery query, Duration most, Consumer<ScanResult> taker) {
    long end = clock.nanos() + most.toNanos();
    boolean[] complete = {true};
    results.find(
        query,
        page -> {
          complete[0] = clock.nanos() - end < 0;
          return complete[0] ? page.get() : null;
        },
        record -> {
          taker.accept(record);
          return true;
        });
    return complete[0];
  }

  <T> T inTurn(Duration most, Supplier<T> search) {
    try {
      if (!turns.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new SearchesBusyException("searches_busy: other searches are at work; try again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SearchesBusyException("searches_busy: the search was interrupted");
    }
    try {
      return search.get();
    } finally {
      turns.release();
    }
  }
}
