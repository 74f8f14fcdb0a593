package io.dsxconnect.core.series;

import io.dsxconnect.core.job.ActiveIndex;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.record.Histogram;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the time series of the platform and of its active jobs. Every replica of the API runs one;
 * Redis takes the first row of each bucket, and its clock decides which bucket is due. It reads
 * totals that are counted anyway, so the work on files does nothing for it. Also keeps the index of
 * active jobs true. Confined to one thread.
 */
public final class Sampler {
  private static final Logger log = LoggerFactory.getLogger(Sampler.class);
  private static final double MICROS_PER_SECOND = 1e6;

  /** Counters are zero, and gauges unknown. */
  private static final List<@Nullable Double> BEFORE_THE_FIRST_FILE = beforeTheFirstFile();

  private static final String[] STEPS = Step.words().toArray(String[]::new);

  private final Redis redis;
  private final DeadLetters letters;
  private final GaugeSource more;
  private final ActiveIndex index;
  private boolean indexed;

  /**
   * @param more gauges that other parts measure
   */
  public Sampler(Redis redis, GaugeSource more) {
    this.redis = redis;
    this.letters = new DeadLetters(redis);
    this.more = more;
    this.index = new ActiveIndex(redis);
  }

  /** A bucket that needs its row, with the scans by engine time before it; null if unknown. */
  private record Due(Step step, long at, @Nullable Histogram before) {}

  /**
   * Writes the rows that are due. Call it every few seconds: a bucket is due for half of its length
   * after its end. A series without rows begins with the first call, so call it before the first
   * file is accepted. Blocks for Redis.
   *
   * @return how many rows of the platform this call wrote, 0 to 3
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer; the next
   *     call goes on
   */
  public int sample() {
    if (!indexed) {
      index.repair();
      indexed = true;
    }
    List<Due> due = due(redis.runList(Script.DUE, STEPS));
    if (due.isEmpty()) {
      return 0;
    }
    PlatformReading reading = PlatformReading.of(redis, letters);
    Map<Metric, Double> values = reading.values();
    values.put(Metric.MEMORY, redis.memory().ratio());
    values.putAll(more.gauges());
    List<String> rows = new ArrayList<>();
    rows.add(Row.text(BEFORE_THE_FIRST_FILE));
    for (Due each : due) {
      putLatencies(values, each, reading.totals().times());
      rows.add(Integer.toString(each.step.seconds()));
      rows.add(Integer.toString(each.step.kept() + 1));
      rows.add(Long.toString(each.at));
      rows.add(Row.text(inOrder(values)));
      rows.add(reading.totals().times().text());
    }
    long stored = redis.runInteger(Script.SAMPLE, rows);
    if (stored > 0) {
      index.repair();
    }
    return (int) stored;
  }

  private static List<Due> due(List<Object> answer) {
    List<Due> due = new ArrayList<>();
    for (int i = 0; i < answer.size(); i += 3) {
      due.add(
          new Due(
              Step.of((Long) answer.get(i)),
              (Long) answer.get(i + 1),
              histogram(answer.get(i + 2).toString())));
    }
    return due;
  }

  private static @Nullable Histogram histogram(String text) {
    try {
      return text.isEmpty() ? null : Histogram.parse(text);
    } catch (NumberFormatException e) {
      log.debug("the latencies of one bucket are unknown: {}", e.getMessage());
      return null;
    }
  }

  private static void putLatencies(Map<Metric, Double> values, Due due, Histogram now) {
    Optional<Histogram> scans =
        Optional.ofNullable(due.before).flatMap(before -> now.measuredSince(before));
    for (String quantile : Arrays.asList("0.5", "0.95")) {
      Metric metric = Metric.latency(quantile);
      OptionalDouble micros =
          scans.isEmpty()
              ? OptionalDouble.empty()
              : scans.get().quantile(Double.parseDouble(quantile));
      values.remove(metric);
      micros.ifPresent(found -> values.put(metric, found / MICROS_PER_SECOND));
    }
  }

  private static List<@Nullable Double> beforeTheFirstFile() {
    List<@Nullable Double> row = new ArrayList<>();
    for (Metric metric : Metric.OF_PLATFORM) {
      row.add(metric.kind() == Metric.Kind.COUNTER ? 0.0 : null);
    }
    return Collections.unmodifiableList(row);
  }

  private static List<@Nullable Double> inOrder(Map<Metric, Double> values) {
    List<@Nullable Double> row = new ArrayList<>();
    for (Metric metric : Metric.OF_PLATFORM) {
      row.add(values.get(metric));
    }
    return row;
  }
}
