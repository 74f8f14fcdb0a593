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

/** How many tasks at once a worker has by {@code DSXCONNECT_*_WORKER_CONCURRENCY}. */
public record WorkerConcurrency(Map<Stage, Integer> byStage) {
  public static final int MOST = 10_000;

  private static final int SCANS = 64;

  /** Files that a process has open before it works: archives, connections to Redis, sockets. */
  private static final long OPEN_AT_REST = 150;

  /** With connector and stand-in in one process a scan opens both ends of two connections. */
  private static final long OPEN_EACH = 8;

  /** Below so many files API, workers and connector in one process do not work. */
  private static final long LEAST_FILES = 200;

  static WorkerConcurrency from(Settings s) {
    Map<Stage, Integer> fixed = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      Long number =
          s.optionalNumber(
              "DSXCONNECT_" + worker(stage).toUpperCase(Locale.ROOT) + "_WORKER_CONCURRENCY",
              1,
              MOST,
              "fixed number of tasks at once of a worker on "
                  + stage.queue()
                  + "; its own --concurrency or --autoscale wins");
      if (number != null) {
        fixed.put(stage, number.intValue());
      }
    }
    return new WorkerConcurrency(Map.copyOf(fixed));
  }

  /** The original's name of a stage's worker. */
  static String worker(Stage stage) {
    return switch (stage) {
      case SCAN -> "scan_request";
      case ACTION -> "verdict_action";
      case RESULT -> "results";
      case NOTIFY -> "notification";
    };
  }

  /**
   * What is set, else what a stage finds itself. Of the others' hand-offs 16 are one call to Redis.
   */
  public Concurrency limit(Stage stage) {
    return of(stage)
        .map(Concurrency::fixed)
        .orElseGet(
            () ->
                switch (stage) {
                  case SCAN -> Concurrency.adaptive(2, most(stage));
                  case ACTION, RESULT, NOTIFY -> Concurrency.adaptive(1, most(stage));
                });
  }

  /** Tasks at once at most: what is set, else what a stage may find. */
  int most(Stage stage) {
    return of(stage)
        .orElse(
            switch (stage) {
              case SCAN -> scansAtOnce(Limits.openFiles());
              case ACTION, RESULT, NOTIFY -> 16;
            });
  }

  static int scansAtOnce(long files) {
    return Math.clamp((files - OPEN_AT_REST) / OPEN_EACH, 1, SCANS);
  }

  /**
   * For everything in one process.
   *
   * @throws StartFailure when it may open too few files for that
   */
  public static void requireFiles(long files) {
    if (files < LEAST_FILES) {
      throw new StartFailure(
          "this process may open "
              + files
              + " files only, and needs "
              + LEAST_FILES
              + " or more; raise the limit, for example with ulimit -n 1024");
    }
  }

  /** Empty when none is set. */
  Optional<Integer> of(Stage stage) {
    return Optional.ofNullable(byStage.get(stage));
  }
}
