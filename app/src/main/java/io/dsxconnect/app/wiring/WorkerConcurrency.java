package io.dsxconnect.app.wiring;

import io.dsxconnect.core.queue.Concurrency;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.http.server.Limits;
import io.dsxconnect.settings.Settings;
import io.dsxconnect.settings.StartFailure;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Tasks at once per worker, from {@code DSXCONNECT_*_WORKER_CONCURRENCY}. Immutable.
 *
 * @param byStage the fixed numbers; a stage without one adapts its number
 */
public record WorkerConcurrency(Map<Stage, Integer> byStage) {
  /** Largest number of tasks at once that may be set. */
  public static final int MAX = 10_000;

  /** Upper bound of the adaptive number of scans at once. */
  private static final int MAX_ADAPTIVE_SCANS = 64;

  /** Upper bound for the other stages: 16 concurrent hand-offs already share one Redis call. */
  private static final int MAX_ADAPTIVE_OTHERS = 16;

  /** Open files of an idle process: archives, connections to Redis, sockets. */
  private static final long IDLE_OPEN_FILES = 150;

  /**
   * Open files per scan, which has both ends of two connections when connector and stand-in are in
   * the same process.
   */
  private static final long OPEN_FILES_PER_SCAN = 8;

  /** With a lower limit, API, workers and connector in one process do not work. */
  private static final long MIN_OPEN_FILES = 200;

  static WorkerConcurrency from(Settings s) {
    Map<Stage, Integer> fixed = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      Long number =
          s.optionalNumber(
              "DSXCONNECT_" + worker(stage).toUpperCase(Locale.ROOT) + "_WORKER_CONCURRENCY",
              1,
              MAX,
              "Fixed number of tasks at once per worker on "
                  + stage.queue()
                  + "; the worker's --concurrency or --autoscale takes precedence");
      if (number != null) {
        fixed.put(stage, number.intValue());
      }
    }
    return new WorkerConcurrency(Map.copyOf(fixed));
  }

  /** The name of a stage's worker in the original product. */
  static String worker(Stage stage) {
    return switch (stage) {
      case SCAN -> "scan_request";
      case ACTION -> "verdict_action";
      case RESULT -> "results";
      case NOTIFY -> "notification";
    };
  }

  /** The configured fixed number, else an adaptive one up to {@link #max}. */
  public Concurrency limit(Stage stage) {
    return fixed(stage)
        .map(Concurrency::fixed)
        .orElseGet(
            () ->
                switch (stage) {
                  case SCAN -> Concurrency.adaptive(2, max(stage));
                  case ACTION, RESULT, NOTIFY -> Concurrency.adaptive(1, max(stage));
                });
  }

  /** The configured fixed number, else the upper bound of the adaptive one. */
  int max(Stage stage) {
    return fixed(stage)
        .orElse(
            switch (stage) {
              case SCAN -> maxScans(Limits.openFiles());
              case ACTION, RESULT, NOTIFY -> MAX_ADAPTIVE_OTHERS;
            });
  }

  static int maxScans(long openFiles) {
    return Math.clamp((openFiles - IDLE_OPEN_FILES) / OPEN_FILES_PER_SCAN, 1, MAX_ADAPTIVE_SCANS);
  }

  /**
   * Checks the limit of open files for a process that runs API, workers and connector together.
   *
   * @param openFiles the process's limit
   * @throws StartFailure when it is below 200
   */
  public static void requireOpenFiles(long openFiles) {
    if (openFiles < MIN_OPEN_FILES) {
      throw new StartFailure(
          "this process may open only "
              + openFiles
              + " files, but needs "
              + MIN_OPEN_FILES
              + " or more; raise the limit, for example with ulimit -n 1024");
    }
  }

  /** The configured fixed number. */
  private Optional<Integer> fixed(Stage stage) {
    return Optional.ofNullable(byStage.get(stage));
  }
}
