package io.dsxconnect.core.record;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanStats;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import java.util.EnumMap;
import java.util.Map;

/** Reads the totals over everything ever recorded. Blocks for Redis. Thread-safe. */
@ThreadSafe
public final class RecordTotals {
  private final Redis redis;

  public RecordTotals(Redis redis) {
    this.redis = redis;
  }

  private Map<String, String> read() {
    return redis.call(c -> c.hgetall(redis.keys().of(Key.STATS)));
  }

  /**
   * Totals over everything ever recorded. Medians come from a histogram with eight steps per octave
   * and are accurate to about 5 %.
   */
  public ScanStats stats() {
    Map<String, String> s = read();
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

  /** The counters, read in one call. */
  public Totals totals() {
    Map<String, String> s = read();
    Map<Outcome, Long> files = new EnumMap<>(Outcome.class);
    Map<Outcome, Long> replayed = new EnumMap<>(Outcome.class);
    for (Outcome outcome : Outcome.values()) {
      files.put(outcome, number(s, outcome.column()));
      replayed.put(outcome, number(s, "replayed:" + outcome.column()));
    }
    return new Totals(
        files,
        replayed,
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
