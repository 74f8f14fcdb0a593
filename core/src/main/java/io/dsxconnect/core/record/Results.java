package io.dsxconnect.core.record;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.record.ResultQuery.Filter;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Keys;
import io.dsxconnect.core.redis.Redis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds records. They are numbered from 1; the oldest beyond the retention are deleted. Every
 * method that reads Redis blocks for it and throws {@link
 * io.dsxconnect.core.redis.RedisUnavailableException} when it does not answer. Thread-safe.
 */
public final class Results {
  /** The outcomes of files without a verdict on the whole file. */
  public static final Set<Outcome> NO_VERDICT =
      Set.of(Outcome.NOT_SCANNED, Outcome.NON_COMPLIANT, Outcome.UNSUPPORTED, Outcome.UNKNOWN);

  private static final int PAGE_RECORDS = RecordReader.PAGE_RECORDS;

  private final Redis redis;
  private final Keys keys;
  private final RecordReader reader;
  private final RecordIndex index;

  public Results(Redis redis) {
    this.redis = redis;
    this.keys = redis.keys();
    this.reader = new RecordReader(redis);
    this.index = new RecordIndex(redis, reader);
  }

  /**
   * Passes the matching records to {@code taker}, in the order of the query, until it returns
   * false. Holds one page of records at a time.
   *
   * @param taker returns whether it wants more
   */
  public void find(ResultQuery query, Predicate<ScanResult> taker) {
    find(query, Supplier::get, taker);
  }

  /** Reads the pages of a search, when it is their turn. */
  interface Pages<T> {
    /**
     * Called for each page.
     *
     * @return what {@code page} reads; null to end the search
     */
    @Nullable List<T> read(Supplier<List<T>> page);
  }

  /**
   * The same, with control over the reading of each page.
   *
   * @return the cursor with which a search goes on that {@code pages} ended; else empty
   */
  OptionalLong find(ResultQuery query, Pages<ScanResult> pages, Predicate<ScanResult> taker) {
    RawFilter worth = RawFilter.of(query);
    return each(query, numbers -> matching(query, worth, numbers).toList(), pages, taker);
  }

  /** Passes what a sorted search needs of the matching records to {@code taker}. */
  void sketch(ResultQuery query, Pages<RecordSketch> pages, Consumer<RecordSketch> taker) {
    RawFilter worth = RawFilter.of(query);
    boolean all = query.filter().equals(Filter.NONE);
    String job = query.job();
    each(
        query,
        numbers ->
            all
                ? reader.sketches(numbers).stream()
                    .filter(record -> job == null || job.equals(record.job()))
                    .toList()
                : matching(query, worth, numbers).map(RecordSketch::of).toList(),
        pages,
        record -> {
          taker.accept(record);
          return true;
        });
  }

  private Stream<ScanResult> matching(ResultQuery query, RawFilter worth, List<String> numbers) {
    return reader.read(numbers, worth).stream().filter(query::matches);
  }

  private <T> OptionalLong each(
      ResultQuery query,
      Function<List<String>, List<T>> reading,
      Pages<T> pages,
      Predicate<T> taker) {
    OptionalLong last = OptionalLong.empty();
    RecordNumbers numbers = RecordNumbers.of(query, redis, index);
    for (List<Long> page = numbers.next(RecordReader.PAGE_RECORDS);
        !page.isEmpty();
        page = numbers.next(RecordReader.PAGE_RECORDS)) {
      List<String> wanted = texts(page);
      List<T> records = pages.read(() -> reading.apply(wanted));
      if (records == null) {
        return last;
      }
      for (T record : records) {
        if (!taker.test(record)) {
          return OptionalLong.empty();
        }
      }
      last = OptionalLong.of(page.getLast());
    }
    return OptionalLong.empty();
  }

  private static List<String> texts(List<Long> numbers) {
    return numbers.stream().map(number -> Long.toString(number)).toList();
  }

  /** The first records that match, at most {@code limit}. */
  public List<ScanResult> find(ResultQuery query, int limit) {
    List<ScanResult> found = new ArrayList<>();
    find(
        query,
        record -> {
          found.add(record);
          return found.size() < limit;
        });
    return found;
  }

  /** The records with these ids that still exist, in this order. */
  List<ScanResult> withIds(List<Long> ids) {
    return reader.read(texts(ids));
  }

  /** How many records there are and were; of one job, or of all jobs if that is null. */
  ResultSummary.Extent extent(@Nullable String job) {
    long newest = number(keys.of(Key.SEQ), 0);
    long oldest = oldest();
    if (job == null) {
      return new ResultSummary.Extent(Math.max(0, newest - oldest + 1), oldest - 1, newest);
    }
    long recorded = recordedOf(job);
    long low = 0;
    long high = recorded;
    while (low < high) {
      long middle = (low + high) >>> 1;
      List<String> number = order(job, middle, middle);
      if (!number.isEmpty() && Long.parseLong(number.getFirst()) < oldest) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return new ResultSummary.Extent(recorded - low, low, newest);
  }

  /**
   * Whether {@link #failedActions}, {@link #unconfirmedActions} and {@link #withoutVerdict} count
   * every kept record; false while {@link RecordIndexer} still adds those of older versions.
   */
  public boolean countsComplete() {
    return index.bounds().coversAll();
  }

  /** How many kept records have a failed item action; see {@link #countsComplete}. */
  public long failedActions() {
    return index.count(List.of(RecordIndex.ACTION_FAILED), oldest());
  }

  /** As {@link #failedActions}, of item actions whose outcome is unconfirmed. */
  public long unconfirmedActions() {
    return index.count(List.of(RecordIndex.ACTION_UNCONFIRMED), oldest());
  }

  /** The oldest kept record with a failed item action; empty if there is none. */
  public Optional<ScanResult> oldestFailedAction() {
    return find(ResultQuery.ALL.matching(Filter.ofActions(Set.of(ActionState.FAILED))), 1).stream()
        .findFirst();
  }

  /**
   * How many kept records without a verdict on the whole file ({@link #NO_VERDICT}) were written at
   * a time or later. Reads some 70 records, however many there are. May be off by the few that were
   * written in that very second. See {@link #countsComplete}.
   *
   * @param since seconds since the epoch
   */
  public long withoutVerdict(long since) {
    long oldest = oldest();
    return NO_VERDICT.stream()
        .mapToLong(outcome -> index.countSince(outcome.column(), since, oldest))
        .sum();
  }

  /** Number of the oldest record that may be kept. */
  private long oldest() {
    return number(keys.of(Key.OLDEST), 1);
  }

  private List<String> order(String job, long begin, long end) {
    return RecordNumbers.ofJob(redis, job, begin, end);
  }

  private long number(String key, long absent) {
    String value = redis.call(c -> c.get(key));
    return value == null ? absent : Long.parseLong(value);
  }

  /** How many records of a job were deleted by retention. */
  public long prunedOf(String job) {
    long pruned = 0;
    for (long from = 0; ; from += PAGE_RECORDS) {
      List<String> seqs = order(job, from, from + PAGE_RECORDS - 1);
      if (seqs.isEmpty()) {
        return pruned;
      }
      String[] names = seqs.stream().map(seq -> keys.of(Key.RESULT, seq)).toArray(String[]::new);
      pruned += names.length - redis.call(c -> c.exists(names));
    }
  }

  /** The newest records of one job, newest first. */
  public List<ScanResult> ofJob(String job, int limit) {
    return find(ResultQuery.ofJob(job).oldestFirst(false), limit);
  }

  /** How many records of a job were ever written, pruned ones included. */
  public long recordedOf(String job) {
    Long listed = redis.call(c -> c.llen(keys.of(Key.JOB_RESULTS, job)));
    return listed == 0 ? order(job, 0, 0).size() : listed;
  }

  /** Records of a job in the order of recording, from a position counted from 0. */
  public List<ScanResult> page(String job, long from, int limit) {
    return reader.read(order(job, from, from + limit - 1L));
  }

  public Optional<ScanResult> ofTask(String task) {
    String seq = redis.call(c -> c.get(keys.of(Key.RESULT_OF, task)));
    return seq == null ? Optional.empty() : reader.read(List.of(seq)).stream().findFirst();
  }
}
