package io.dsxconnect.core.record;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Keys;
import io.dsxconnect.core.redis.Redis;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Deletes records on request; totals and ledgers stay. Every method blocks for Redis and throws
 * {@link io.dsxconnect.core.redis.RedisUnavailableException} when it does not answer. Thread-safe.
 */
@ThreadSafe
public final class RecordDeletion {
  private final Redis redis;
  private final Keys keys;
  private final Results results;
  private final RecordIndex index;

  /**
   * @param results of the same Redis
   */
  public RecordDeletion(Redis redis, Results results) {
    this.redis = redis;
    this.keys = redis.keys();
    this.results = results;
    this.index = new RecordIndex(redis, new RecordReader(redis));
  }

  /** Deletes the records of one job that exist now. */
  public void deleteOf(String job) {
    long newest = newest();
    delete(ResultQuery.ofJob(job).oldestFirst(false).after(newest + 1));
    trimOrder(keys.of(Key.JOB_RESULTS, job), newest);
  }

  /** Deletes all records that exist now. */
  public void deleteAll() {
    long newest = newest();
    delete(ResultQuery.ALL.oldestFirst(false).after(newest + 1));
    redis.call(c -> c.set(keys.of(Key.OLDEST), Long.toString(newest + 1)));
    for (String job : redis.call(c -> c.zrange(keys.of(Key.JOBS), 0, -1))) {
      trimOrder(keys.of(Key.JOB_RESULTS, job), newest);
    }
  }

  private long newest() {
    String newest = redis.call(c -> c.get(keys.of(Key.SEQ)));
    return newest == null ? 0 : Long.parseLong(newest);
  }

  private void delete(ResultQuery query) {
    List<ScanResult> page = new ArrayList<>();
    results.find(
        query,
        record -> {
          page.add(record);
          if (page.size() == RecordReader.PAGE_RECORDS) {
            delete(page);
            page.clear();
          }
          return true;
        });
    delete(page);
  }

  /** Removes the ids up to {@code newest}; ids recorded meanwhile are at the end, and stay. */
  private void trimOrder(String key, long newest) {
    List<String> seqs = redis.call(c -> c.lrange(key, 0, -1));
    long gone = seqs.stream().filter(seq -> Long.parseLong(seq) <= newest).count();
    redis.call(c -> c.ltrim(key, gone, -1));
  }

  /** Deletes these records. The caller has already copied what must outlive them. */
  public void delete(List<ScanResult> records) {
    if (!records.isEmpty()) {
      String[] gone =
          records.stream()
              .flatMap(
                  r ->
                      Stream.of(
                          keys.of(Key.RESULT, r.id()),
                          keys.of(Key.RESULT_OF, r.scanRequestTaskId())))
              .toArray(String[]::new);
      redis.call(c -> c.unlink(gone));
      index.remove(records.stream().map(r -> Long.toString(r.id())).toList());
    }
  }
}
