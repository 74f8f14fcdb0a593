package io.dsxconnect.core.series;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the platform's time series. Rows have counters since the start of the platform; the
 * increase within a bucket is known when it and the bucket before it have a row. After a gap it is
 * unknown, because the increase over the gap would look like a peak of one bucket. Every method
 * blocks for Redis and throws {@link io.dsxconnect.core.redis.RedisUnavailableException} when it
 * does not answer. Thread-safe.
 */
@ThreadSafe
public final class Series {
  private static final int BYTES = Metric.OF_PLATFORM.indexOf(Metric.SCANNED_BYTES);
  private static final int SECONDS = Metric.OF_PLATFORM.indexOf(Metric.SCANNER_SECONDS);

  private final Redis redis;

  public Series(Redis redis) {
    this.redis = redis;
  }

  /** The names of the metrics. */
  public static Set<String> names() {
    return Metric.OF_PLATFORM.stream()
        .map(Metric::name)
        .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
  }

  /**
   * The series of some metrics. A range beyond what is kept is cut to it.
   *
   * @param from begin in seconds since the epoch; null for everything that is kept
   * @param to end in seconds since the epoch; null for the newest bucket
   * @param names of metrics; empty for all
   */
  public Chart read(Step step, @Nullable Long from, @Nullable Long to, Set<String> names) {
    Stored stored = stored(step, step.kept() + 1);
    long length = step.seconds();
    long newest = Chart.newestEnd(length, stored.now, stored.newestAt());
    long oldest = newest - length * step.kept();
    long end = to == null ? newest : Math.clamp(to / length * length, oldest, newest);
    long begin = from == null ? oldest : Math.clamp(from / length * length, oldest, end);
    // All that is kept, because a later replay takes files back from earlier buckets.
    List<Long> kept = Chart.ends(length, oldest, newest);
    int first = Math.toIntExact((begin - oldest) / length);
    int last = Math.toIntExact((end - oldest) / length);
    List<Chart.Line> lines = new ArrayList<>();
    for (int i = 0; i < Metric.OF_PLATFORM.size(); i++) {
      Metric metric = Metric.OF_PLATFORM.get(i);
      if (names.isEmpty() || names.contains(metric.name())) {
        List<@Nullable Number> values = values(metric, i, stored.rows, kept, length);
        lines.add(Chart.Line.of(metric, values.subList(first, last)));
      }
    }
    return new Chart(length, begin, end, kept.subList(first, last), lines);
  }

  private static List<@Nullable Number> values(
      Metric metric, int index, Map<Long, Row> rows, List<Long> kept, long length) {
    if (metric.kind() == Metric.Kind.GAUGE) {
      List<@Nullable Number> values = new ArrayList<>(kept.size());
      for (long at : kept) {
        Row row = rows.get(at);
        values.add(Chart.gauge(row == null ? null : row.value(index)));
      }
      return values;
    }
    List<@Nullable Double> changes = new ArrayList<>(kept.size());
    for (long at : kept) {
      changes.add(change(index, rows.get(at), rows.get(at - length)));
    }
    return Chart.increases(changes);
  }

  private static @Nullable Double change(int index, @Nullable Row row, @Nullable Row before) {
    return row == null || before == null || startedAgain(row, before)
        ? null
        : Chart.change(row.value(index), before.value(index));
  }

  /** Whether the totals were deleted in between: what was scanned is never taken back. */
  private static boolean startedAgain(Row row, Row before) {
    return fell(row.value(BYTES), before.value(BYTES))
        || fell(row.value(SECONDS), before.value(SECONDS));
  }

  private static boolean fell(@Nullable Double value, @Nullable Double before) {
    return value != null && before != null && value < before;
  }

  /**
   * Engine time of the scans in the last whole minute, or in the one before until that is sampled,
   * in seconds; NaN when unknown.
   */
  public double latency(String quantile) {
    Stored stored = stored(Step.MINUTE, 1);
    long newest = stored.newestAt();
    Row row = stored.now - newest < 2L * Step.MINUTE.seconds() ? stored.rows.get(newest) : null;
    Double value =
        row == null ? null : row.value(Metric.OF_PLATFORM.indexOf(Metric.latency(quantile)));
    return value == null ? Double.NaN : value;
  }

  private record Stored(long now, Map<Long, Row> rows) {
    long newestAt() {
      return rows.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
    }
  }

  private Stored stored(Step step, int max) {
    List<Object> answer =
        redis.runList(Script.ROWS, Integer.toString(step.seconds()), Integer.toString(max));
    Map<Long, Row> rows = new HashMap<>();
    answer.stream()
        .skip(1)
        .flatMap(text -> Row.parse(text.toString()).stream())
        .forEach(row -> rows.put(row.at(), row));
    return new Stored((Long) answer.getFirst(), rows);
  }
}
