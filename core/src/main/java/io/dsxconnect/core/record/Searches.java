package io.dsxconnect.core.record;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.redis.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

  private static final Duration LIST_TIME = Duration.ofSeconds(10);

  /** After this time without a record for the client a search ends: the client may be gone. */
  private static final Duration FRUITLESS_TIME = Duration.ofSeconds(60);

  private static final String BUSY = "searches_busy: other searches are at work; try again";
  private static final String INTERRUPTED = "searches_busy: the search was interrupted";
  private static final Duration SUMMARY_TIME = Duration.ofSeconds(4);
  private static final Duration SORT_TIME = Duration.ofSeconds(10);

  private final Results results;
  private final MonotonicClock clock;
  private final Duration wait;
  private final RecentSummaries summaries;
  private final ConcurrentMap<ResultQuery, CompletableFuture<ResultSummary>> inWork =
      new ConcurrentHashMap<>();
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
   * @throws SearchesBusyException when other searches took all turns, or when it finds nothing for
   *     60 s: only a write shows that a client is gone
   */
  public void stream(ResultQuery query, Predicate<ScanResult> taker) {
    stream(query, () -> false, taker);
  }

  /**
   * The same, but ends after 10 s while it may.
   *
   * @param mayEnd whether it may end now
   * @return the cursor with which it goes on; empty when it came to its end
   */
  public OptionalLong stream(
      ResultQuery query, BooleanSupplier mayEnd, Predicate<ScanResult> taker) {
    if (query.filter().equals(ResultQuery.Filter.NONE)) {
      // It passes each record that it reads, so it is no search.
      results.find(query, taker);
      return OptionalLong.empty();
    }
    Progress progress = new Progress(mayEnd);
    return results.find(
        query,
        progress::read,
        record -> {
          boolean more = taker.test(record);
          progress.passed();
          return more;
        });
  }

  /** What one streamed search did until now. Confined to one thread. */
  private final class Progress {
    private final BooleanSupplier mayEnd;
    private final long begin = clock.nanos();
    private long passed = begin;
    private boolean begun;

    Progress(BooleanSupplier mayEnd) {
      this.mayEnd = mayEnd;
    }

    void passed() {
      passed = clock.nanos();
    }

    /** Reads a page, when it is its turn; null to end. */
    @Nullable List<ScanResult> read(Supplier<List<ScanResult>> page) {
      long now = clock.nanos();
      if (begun && mayEnd.getAsBoolean() && now - begin >= LIST_TIME.toNanos()) {
        return null;
      }
      if (now - passed >= FRUITLESS_TIME.toNanos()) {
        throw new SearchesBusyException(
            "search_takes_too_long: nothing was found for "
                + FRUITLESS_TIME.toSeconds()
                + " s; narrow the filter, for example to one job");
      }
      List<ScanResult> read = inTurn(begun ? WAIT_TO_GO_ON : wait, page);
      begun = true;
      return read;
    }
  }

  /**
   * Adds up the matching records for at most 4 s; then the summary is not complete. It may be one
   * that was made before, up to 20 times as long ago as it took, and at most 30 s. Of several
   * callers that ask for the same one at the same time, the first makes it for all.
   *
   * @throws SearchesBusyException when other searches took all turns
   */
  public ResultSummary summary(ResultQuery query) {
    CompletableFuture<ResultSummary> ours = new CompletableFuture<>();
    CompletableFuture<ResultSummary> theirs = inWork.putIfAbsent(query, ours);
    if (theirs != null) {
      return made(theirs);
    }
    try {
      ResultSummary summary =
          inTurn(
              wait,
              () ->
                  summaries
                      .find(query, results.extent(query.job()))
                      .orElseGet(() -> addedUp(query)));
      ours.complete(summary);
      return summary;
    } finally {
      inWork.remove(query, ours);
      // Without effect after a success.
      ours.completeExceptionally(new SearchesBusyException(BUSY));
    }
  }

  /** The summary that another caller makes. */
  private ResultSummary made(CompletableFuture<ResultSummary> theirs) {
    try {
      return theirs.get(wait.plus(SUMMARY_TIME).plus(WAIT).toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SearchesBusyException(INTERRUPTED);
    } catch (ExecutionException | TimeoutException e) {
      throw new SearchesBusyException(BUSY);
    }
  }

  private ResultSummary addedUp(ResultQuery query) {
    long begin = clock.nanos();
    ResultSummary.Sums sums = new ResultSummary.Sums();
    Limited<ScanResult> pages = new Limited<>(SUMMARY_TIME);
    results.find(
        query,
        pages,
        record -> {
          sums.add(record);
          return true;
        });
    ResultSummary summary = sums.end(pages.complete(), results.extent(query.job()));
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
          Limited<RecordSketch> pages = new Limited<>(SORT_TIME);
          results.sketch(all, pages, best::add);
          if (!pages.complete()) {
            throw new SearchesBusyException(
                "search_takes_too_long: sort fewer records, for example those of one job");
          }
          return results.withIds(best.idsFrom(offset));
        });
  }

  /** Ends a search that takes longer. Confined to one thread. */
  private final class Limited<T> implements Results.Pages<T> {
    private final long end;
    private boolean complete = true;

    Limited(Duration most) {
      this.end = clock.nanos() + most.toNanos();
    }

    @Override
    public @Nullable List<T> read(Supplier<List<T>> page) {
      complete = clock.nanos() - end < 0;
      return complete ? page.get() : null;
    }

    boolean complete() {
      return complete;
    }
  }

  <T> T inTurn(Duration most, Supplier<T> search) {
    try {
      if (!turns.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new SearchesBusyException(BUSY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SearchesBusyException(INTERRUPTED);
    }
    try {
      return search.get();
    } finally {
      turns.release();
    }
  }
}
