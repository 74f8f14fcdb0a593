package io.dsxconnect.core.series;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import io.dsxconnect.core.redis.StoredJob;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the time series of one job. Its rows are completed from the job itself: it knows the state
 * before its first outcome and after its last. So a chart ends at the job's ledger, and a job that
 * is too small to be sampled has a chart, too. Thread-safe.
 */
@ThreadSafe
public final class JobSeries {
  private static final long FIRST_STEP = Step.TEN_SECONDS.seconds();

  /** As {@code MAX_POINTS} of {@code sample.lua}. */
  private static final int MAX_POINTS = 360;

  /** The lines in the order of the values of a row, as in {@code sample.lua}. */
  private static final List<Metric> METRICS = metrics();

  private final Redis redis;

  public JobSeries(Redis redis) {
    this.redis = redis;
  }

  private static List<Metric> metrics() {
    List<Metric> all = new ArrayList<>(List.of(Metric.PENDING, Metric.SCANNED_BYTES));
    for (Outcome outcome : Outcome.values()) {
      all.add(Metric.files(outcome));
    }
    return List.copyOf(all);
  }

  /**
   * The series of a job from its start to its end, or to now; empty when there is no such job.
   * Blocks for Redis.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer
   */
  public Optional<Chart> of(String id) {
    List<Object> answer = redis.runList(Script.CHART, id);
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    Job job = new Job(StoredJob.fields((List<?>) answer.get(1)));
    Map<Long, Row> rows = new HashMap<>();
    for (Object text : (List<?>) answer.get(2)) {
      Row.parse(text.toString()).ifPresent(row -> rows.put(row.at(), row));
    }
    return Optional.of(chart(job, rows, (Long) answer.get(0)));
  }

  private static Chart chart(Job job, Map<Long, Row> rows, long now) {
    long started = job.number("started_at");
    long step = step(started, job.finished() ? job.number("finished_at") : now, job.finished());
    long from = started / step * step;
    long sampled = rows.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
    long to =
        Math.max(
            from,
            job.finished()
                ? after(job.number("finished_at"), step)
                : Chart.newestEnd(step, now, sampled));
    List<Long> at = Chart.ends(step, from, to);
    Known known = Known.of(job);
    List<Chart.Line> lines = new ArrayList<>();
    for (int i = 0; i < METRICS.size(); i++) {
      lines.add(Chart.Line.of(METRICS.get(i), known.line(rows, at, step, i)));
    }
    return new Chart(step, from, to, at, lines);
  }

  /** The end of the bucket in which a second is. */
  private static long after(long second, long step) {
    return second / step * step + step;
  }

  /**
   * The length of the buckets of a job in seconds: the shortest with at most 360 of them.
   *
   * @param whole whether the bucket in which the end is counts, too
   */
  private static long step(long started, long end, boolean whole) {
    long step = FIRST_STEP;
    while (end / step - started / step + (whole ? 1 : 0) > MAX_POINTS) {
      step *= 2;
    }
    return step;
  }

  /**
   * What the job itself knows.
   *
   * @param firstOutcome second until which no file had an outcome
   * @param firstFile second until which no file was pending
   * @param last second after which nothing has changed
   * @param finished whether the job has ended
   * @param values now
   */
  private record Known(
      long firstOutcome, long firstFile, long last, boolean finished, List<Double> values) {
    static Known of(Job job) {
      List<Double> values = new ArrayList<>();
      values.add((double) job.number("pending"));
      values.add((double) job.number("total_bytes"));
      for (Outcome outcome : Outcome.values()) {
        values.add((double) job.number(outcome.column()));
      }
      // A cancellation does not note its time.
      boolean cancelled = job.number(Outcome.CANCELLED.column()) > 0;
      long last = Math.max(job.number("last_terminal_at"), job.number("last_enqueued_at"));
      if (cancelled) {
        last = Math.max(last, job.number("last_update"));
      }
      return new Known(
          cancelled ? job.number("started_at") : secondOrNever(job, "first_terminal_at"),
          secondOrNever(job, "first_enqueued_at"),
          job.finished() ? Math.min(last, job.number("finished_at")) : last,
          job.finished(),
          values);
    }

    private static long secondOrNever(Job job, String field) {
      return job.fields().containsKey(field) ? job.number(field) : Long.MAX_VALUE;
    }

    /** The values to show of one metric, one per bucket. */
    List<@Nullable Number> line(Map<Long, Row> rows, List<Long> at, long step, int index) {
      if (METRICS.get(index).kind() == Metric.Kind.GAUGE) {
        List<@Nullable Number> values = new ArrayList<>(at.size());
        for (long each : at) {
          values.add(Chart.gauge(value(rows, each, index)));
        }
        return values;
      }
      List<@Nullable Double> changes = new ArrayList<>(at.size());
      for (long each : at) {
        changes.add(Chart.change(value(rows, each, index), value(rows, each - step, index)));
      }
      return Chart.increases(changes);
    }

    /** The value at the end of a bucket; null when it is unknown. */
    @Nullable Double value(Map<Long, Row> rows, long at, int index) {
      Row row = rows.get(at);
      if (finished && at > last) {
        return values.get(index);
      }
      if (row != null) {
        return row.value(index);
      }
      if (at > last) {
        return values.get(index);
      }
      boolean untouched =
          METRICS.get(index).equals(Metric.PENDING) ? at <= firstFile : at <= firstOutcome;
      return untouched ? 0.0 : null;
    }
  }
}
