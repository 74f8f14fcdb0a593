package io.dsxconnect.core.series;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.job.Backlogs;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.record.RecordTotals;
import io.dsxconnect.core.record.Totals;
import io.dsxconnect.core.redis.Redis;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The state of the platform at one moment, which {@code /metrics} and the time series share.
 *
 * @param totals since the start
 * @param backlogs by stage
 * @param deadLetters by stage
 */
public record PlatformReading(
    Totals totals, Map<Stage, Backlogs.Backlog> backlogs, Map<Stage, Long> deadLetters) {
  /** Before the first reading. */
  public static final PlatformReading NONE = new PlatformReading(Totals.NONE, Map.of(), Map.of());

  private static final Backlogs.Backlog EMPTY = new Backlogs.Backlog(0, 0);

  /**
   * Reads everything. Blocks for Redis, about 20 calls and one per 500 lanes.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer
   */
  public static PlatformReading of(Redis redis, DeadLetters letters) {
    Map<Stage, Backlogs.Backlog> backlogs = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      backlogs.put(stage, Backlogs.of(redis, stage));
    }
    Map<Stage, Long> dead = new EnumMap<>(Stage.class);
    for (Stage stage : DeadLetters.STAGES) {
      dead.put(stage, letters.count(stage));
    }
    return new PlatformReading(new RecordTotals(redis).totals(), backlogs, dead);
  }

  /** The backlog of a stage; an empty one before the first reading. */
  public Backlogs.Backlog backlog(Stage stage) {
    return backlogs.getOrDefault(stage, EMPTY);
  }

  public long deadLetters(Stage stage) {
    return deadLetters.getOrDefault(stage, 0L);
  }

  /** The values of the lines that this reading has. */
  Map<Metric, Double> values() {
    Map<Metric, Double> values = new HashMap<>();
    for (Outcome outcome : Outcome.values()) {
      values.put(Metric.files(outcome), (double) totals.files(outcome));
    }
    values.put(Metric.SCANNED_BYTES, (double) totals.bytes());
    values.put(Metric.SCANNER_SECONDS, totals.micros() / 1e6);
    for (Stage stage : Stage.values()) {
      values.put(Metric.backlog(stage), (double) backlog(stage).tasks());
      values.put(Metric.oldest(stage), backlog(stage).oldestSeconds());
    }
    for (Stage stage : DeadLetters.STAGES) {
      values.put(Metric.deadLetters(stage), (double) deadLetters(stage));
    }
    return values;
  }
}
