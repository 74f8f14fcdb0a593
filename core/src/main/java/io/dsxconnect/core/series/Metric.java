package io.dsxconnect.core.series;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One line of a time series: a name as {@code /metrics} has it, with at most one label. Immutable.
 *
 * @param labels none or one
 */
public record Metric(String name, Map<String, String> labels, Kind kind) {

  /** What the values of a line are. */
  public enum Kind {
    /** The increase within each bucket. */
    COUNTER,
    /** The value at the end of each bucket. */
    GAUGE
  }

  public static final String FILES = "dsx_files_total";
  public static final String BYTES = "dsx_scanned_bytes_total";
  public static final String BACKLOG = "dsx_queue_backlog";

  /** Bytes that the scanner saw. */
  static final Metric SCANNED_BYTES = new Metric(BYTES, Map.of(), Kind.COUNTER);

  /** Engine time of the scanner. */
  static final Metric SCANNER_SECONDS =
      new Metric("dsx_scanner_seconds_total", Map.of(), Kind.COUNTER);

  static final Metric MEMORY = new Metric("dsx_redis_memory_ratio", Map.of(), Kind.GAUGE);

  /** Pending files of one job. */
  static final Metric PENDING = new Metric(BACKLOG, Map.of(), Kind.GAUGE);

  /** The platform's lines in the order of the values of a row. Only the end may grow. */
  static final List<Metric> OF_PLATFORM = ofPlatform();

  public Metric {
    labels = Map.copyOf(labels);
  }

  private static List<Metric> ofPlatform() {
    List<Metric> all = new ArrayList<>();
    for (Outcome outcome : Outcome.values()) {
      all.add(files(outcome));
    }
    all.add(SCANNED_BYTES);
    all.add(SCANNER_SECONDS);
    for (Stage stage : Stage.values()) {
      all.add(backlog(stage));
    }
    for (Stage stage : Stage.values()) {
      all.add(oldest(stage));
    }
    for (Stage stage : DeadLetters.STAGES) {
      all.add(deadLetters(stage));
    }
    all.add(MEMORY);
    all.add(latency("0.5"));
    all.add(latency("0.95"));
    for (Stage stage : Stage.values()) {
      all.add(workerTasks(stage));
      all.add(workerLimit(stage));
    }
    return List.copyOf(all);
  }

  static Metric files(Outcome outcome) {
    return new Metric(FILES, Map.of("outcome", outcome.column()), Kind.COUNTER);
  }

  static Metric backlog(Stage stage) {
    return ofQueue(BACKLOG, stage);
  }

  /** Seconds since the oldest waiting task came into its lane; 0 when none waits. */
  static Metric oldest(Stage stage) {
    return ofQueue("dsx_queue_oldest_seconds", stage);
  }

  static Metric deadLetters(Stage stage) {
    return ofQueue("dsx_dead_letters", stage);
  }

  /** Tasks in work, over all live workers of a stage. */
  public static Metric workerTasks(Stage stage) {
    return ofQueue("dsx_worker_tasks", stage);
  }

  /** Tasks that may be in work, over all live workers of a stage. */
  public static Metric workerLimit(Stage stage) {
    return ofQueue("dsx_worker_limit", stage);
  }

  /** Engine time per scan in seconds. */
  static Metric latency(String quantile) {
    return new Metric("dsx_scanner_latency_seconds", Map.of("quantile", quantile), Kind.GAUGE);
  }

  private static Metric ofQueue(String name, Stage stage) {
    return new Metric(name, Map.of("queue", stage.queue()), Kind.GAUGE);
  }
}
