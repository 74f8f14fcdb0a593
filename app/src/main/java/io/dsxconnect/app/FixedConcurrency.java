package io.dsxconnect.app;

import io.dsxconnect.core.queue.Concurrency;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.settings.Settings;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How many tasks at once a worker has by {@code DSXCONNECT_*_WORKER_CONCURRENCY}. */
record FixedConcurrency(Map<Stage, Integer> byStage) {
  static final int MOST = 10_000;

  static FixedConcurrency from(Settings s) {
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
    return new FixedConcurrency(Map.copyOf(fixed));
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
  Concurrency limit(Stage stage) {
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
              case SCAN -> 64;
              case ACTION, RESULT, NOTIFY -> 16;
            });
  }

  /** Empty when none is set. */
  Optional<Integer> of(Stage stage) {
    return Optional.ofNullable(byStage.get(stage));
  }
}
