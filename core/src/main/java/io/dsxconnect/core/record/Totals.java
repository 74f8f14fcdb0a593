package io.dsxconnect.core.record;

import io.dsxconnect.contract.Outcome;
import java.util.Map;

/**
 * Counters over everything ever recorded. Immutable.
 *
 * @param files by outcome; a replayed file leaves its outcome
 * @param replayed files that left an outcome, by that outcome
 * @param bytes scanned
 * @param micros engine time of the scanner in microseconds
 * @param unnotified records without a notification, because too many notifications waited
 * @param times files by engine time in microseconds
 */
public record Totals(
    Map<Outcome, Long> files,
    Map<Outcome, Long> replayed,
    long bytes,
    long micros,
    long unnotified,
    Histogram times) {
  /** Before anything was recorded. */
  public static final Totals NONE = new Totals(Map.of(), Map.of(), 0, 0, 0, Histogram.EMPTY);

  public long files(Outcome outcome) {
    return files.getOrDefault(outcome, 0L);
  }

  /** How often a file got an outcome. Never falls, so a replayed file may be in it twice. */
  public long everCounted(Outcome outcome) {
    return files(outcome) + replayed.getOrDefault(outcome, 0L);
  }
}
