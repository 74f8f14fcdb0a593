package io.dsxconnect.core.record;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanStats;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Keys;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.StoredJob;
import io.lettuce.core.KeyValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and deletes records and totals. Records are numbered from 1; the oldest beyond the
 * retention are deleted. Every method that reads or writes Redis blocks for it and throws {@link
 * io.dsxconnect.core.redis.RedisUnavailableException} when it does not answer. Thread-safe.
 */
public final class Results {
  private static final Logger log = LoggerFactory.getLogger(Results.class);

  /** A record has about 100 KiB at most, so a page has a few MiB. */
  private static final int PAGE_RECORDS = 64;

  /** Ids of records are short, so more of them are read per call. */
  private static final int PAGE_IDS = 10_000;

  private final Redis redis;
  private final Keys keys;

  public Results(Redis redis) {
    this.redis = redis;
    this.keys = redis.keys();
  }

  /**
   * Passes the matching records to {@code taker}, in the order of the query, until it returns
   * false. Holds one page of records at a time.
   *
   * @param taker returns whether it wants more
   */
  public void find(ResultQuery query, Predicate<ScanResult> taker) {
    if (query.job() == null) {
      findAmongAll(query, taker);
    } else {
      findOfJob(query, query.job(), taker);
    }
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

  private void findAmongAll(ResultQuery query, Predicate<ScanResult> taker) {
    long oldest = number(keys.of(Key.OLDEST), 1);
    long newest = number(keys.of(Key.SEQ), 0);
    Long cursor = query.cursor();
    if (query.ascending()) {
      oldest = cursor == null ? oldest : Math.max(oldest, cursor + 1);
    } else {
      newest = cursor == null ? newest : Math.min(newest, cursor - 1);
    }
    while (oldest <= newest) {
      List<String> page = new ArrayList<>(PAGE_RECORDS);
      for (; page.size() < PAGE_RECORDS && oldest <= newest; ) {
        page.add(Long.toString(query.ascending() ? oldest++ : newest--));
      }
      if (!give(page, query, taker)) {
        return;
      }
    }
  }

  private void findOfJob(ResultQuery query, String job, Predicate<ScanResult> taker) {
    for (long from = 0; ; from += PAGE_IDS) {
      long begin = query.ascending() ? from : -from - PAGE_IDS;
      long end = query.ascending() ? from + PAGE_IDS - 1 : -from - 1;
      List<String> seqs = new ArrayList<>(order(job, begin, end));
      if (seqs.isEmpty()) {
        return;
      }
      if (!query.ascending()) {
        Collections.reverse(seqs);
      }
      seqs.removeIf(seq -> !query.afterCursor(Long.parseLong(seq)));
      for (int at = 0; at < seqs.size(); at += PAGE_RECORDS) {
        if (!give(seqs.subList(at, Math.min(seqs.size(), at + PAGE_RECORDS)), query, taker)) {
          return;
        }
      }
    }
  }

  /** Ids of a job's records in the order of recording; positions as in LRANGE. */
  private List<String> order(String job, long begin, long end) {
    List<String> seqs = redis.call(c -> c.lrange(keys.of(Key.JOB_RESULTS, job), begin, end));
    boolean first = begin == 0 || end == -1;
    if (!seqs.isEmpty() || !first) {
      return seqs;
    }
    Optional<StoredJob> stored = StoredJob.find(redis, job);
    if (stored.isEmpty() || stored.get().archived()) {
      return stored.map(StoredJob::record).map(List::of).orElse(List.of());
    }
    // It may have been unpacked after the first read.
    return redis.call(c -> c.lrange(keys.of(Key.JOB_RESULTS, job), begin, end));
  }

  private boolean give(List<String> seqs, ResultQuery query, Predicate<ScanResult> taker) {
    for (ScanResult record : read(seqs)) {
      if (query.matches(record) && !taker.test(record)) {
        return false;
      }
    }
    return true;
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

  /** Deletes the records of one job only; its ledger and the totals stay. */
  public void deleteOf(String job) {
    find(ResultQuery.ofJob(job), this::deleted);
    redis.call(c -> c.del(keys.of(Key.JOB_RESULTS, job)));
  }

  /** Deletes all records that exist now; totals and ledgers stay. */
  public void deleteAll() {
    long newest = number(keys.of(Key.SEQ), 0);
    find(ResultQuery.ALL.oldestFirst(false).after(newest + 1), this::deleted);
    redis.call(c -> c.set(keys.of(Key.OLDEST), Long.toString(newest + 1)));
    for (String job : redis.call(c -> c.zrange(keys.of(Key.JOBS), 0, -1))) {
      trimOrder(keys.of(Key.JOB_RESULTS, job), newest);
    }
  }

  /** Removes the ids up to {@code newest}; ids recorded meanwhile are at the end, and stay. */
  private void trimOrder(String key, long newest) {
    List<String> seqs = redis.call(c -> c.lrange(key, 0, -1));
    long gone = seqs.stream().filter(seq -> Long.parseLong(seq) <= newest).count();
    redis.call(c -> c.ltrim(key, gone, -1));
  }

  private boolean deleted(ScanResult record) {
    forget(List.of(record));
    return true;
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
    return read(order(job, from, from + limit - 1L));
  }

  public Optional<ScanResult> ofTask(String task) {
    String seq = redis.call(c -> c.get(keys.of(Key.RESULT_OF, task)));
    return seq == null ? Optional.empty() : read(List.of(seq)).stream().findFirst();
  }

  /** Deletes these records. The caller has already copied what must outlive them. */
  public void forget(List<ScanResult> records) {
    if (!records.isEmpty()) {
      String[] gone =
          records.stream()
              .flatMap(
                  r ->
                      java.util.stream.Stream.of(
                          keys.of(Key.RESULT, r.id()),
                          keys.of(Key.RESULT_OF, r.scanRequestTaskId())))
              .toArray(String[]::new);
      redis.call(c -> c.unlink(gone));
    }
  }

  private List<ScanResult> read(List<String> seqs) {
    List<ScanResult> records = new ArrayList<>(seqs.size());
    for (int at = 0; at < seqs.size(); at += PAGE_RECORDS) {
      String[] names =
          seqs.subList(at, Math.min(seqs.size(), at + PAGE_RECORDS)).stream()
              .map(seq -> keys.of(Key.RESULT, seq))
              .toArray(String[]::new);
      for (KeyValue<String, String> record : redis.call(c -> c.mget(names))) {
        if (record.hasValue()) {
          readable(record.getKey(), record.getValue()).ifPresent(records::add);
        }
      }
    }
    return records;
  }

  /**
   * Parses a stored record.
   *
   * @throws IllegalStateException when it is malformed
   */
  public static ScanResult parse(String json) {
    try {
      return ScanResult.read(Json.parseOwn(json.getBytes(StandardCharsets.UTF_8)));
    } catch (InvalidInput e) {
      throw new IllegalStateException("a stored result is not readable: " + e.getMessage(), e);
    }
  }

  /** Empty for a malformed record, which must not hide the others. */
  private static Optional<ScanResult> readable(String key, String json) {
    try {
      return Optional.of(parse(json));
    } catch (IllegalStateException e) {
      log.warn("{} is skipped: {}", key, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Totals over everything ever recorded. Medians come from a histogram with eight steps per octave
   * and are accurate to about 5 %.
   */
  public ScanStats stats() {
    Map<String, String> s = redis.call(c -> c.hgetall(keys.of(Key.STATS)));
    long files = number(s, "files");
    return files == 0
        ? ScanStats.NONE
        : ScanStats.of(
            outcome -> number(s, outcome.column()),
            new ScanStats.Sums(
                files, number(s, "encrypted"), number(s, "bytes"), number(s, "micros")),
            new ScanStats.Medians(median(s, "size:"), median(s, "time:")),
            new ScanStats.Longest(
                s.getOrDefault("longest_file", ""),
                number(s, "longest_bytes"),
                number(s, "longest_micros")));
  }

  /**
   * Counters over everything ever recorded.
   *
   * @param files by outcome
   * @param bytes scanned
   * @param micros engine time of the scanner in microseconds
   * @param unnotified records without a notification, because too many notifications waited
   * @param times files by engine time in microseconds
   */
  public record Totals(
      Map<Outcome, Long> files, long bytes, long micros, long unnotified, Histogram times) {
    /** Before anything was recorded. */
    public static final Totals NONE = new Totals(Map.of(), 0, 0, 0, Histogram.EMPTY);

    public long files(Outcome outcome) {
      return files.getOrDefault(outcome, 0L);
    }
  }

  /** The counters, read in one call. */
  public Totals totals() {
    Map<String, String> s = redis.call(c -> c.hgetall(keys.of(Key.STATS)));
    Map<Outcome, Long> files = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      files.put(outcome, number(s, outcome.column()));
    }
    return new Totals(
        files,
        number(s, "bytes"),
        number(s, "micros"),
        number(s, "unnotified"),
        Histogram.of(s, "time:"));
  }

  private static long number(Map<String, String> stats, String field) {
    return Long.parseLong(stats.getOrDefault(field, "0"));
  }

  private static long median(Map<String, String> stats, String prefix) {
    return Math.round(Histogram.of(stats, prefix).quantile(0.5).orElse(-1));
  }
}
