package io.dsxconnect.core.job;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The item actions of a job by their state. An action whose connector had nothing to do is in none
 * of them.
 *
 * @param pending actions without an outcome, those that are tried again included
 * @param succeeded actions that succeeded
 * @param failed actions that failed, without those that are tried again
 * @param unconfirmed actions of which nobody knows whether they took effect, without those that are
 *     tried again
 */
public record ActionCounts(long pending, long succeeded, long failed, long unconfirmed) {
  static final String PENDING = "actions_pending";
  static final String SUCCEEDED = "actions_succeeded";
  static final String FAILED = "actions_failed";
  static final String UNCONFIRMED = "actions_unconfirmed";

  /** The counts of a job; null when it has no actions, or had some before they were counted. */
  public static @Nullable ActionCounts of(Job job) {
    return job.fields().containsKey(FAILED)
        ? new ActionCounts(
            job.number(PENDING), job.number(SUCCEEDED), job.number(FAILED), job.number(UNCONFIRMED))
        : null;
  }

  /** The counts by their names in docs/wire.md, "Job fields". */
  public Map<String, Long> byName() {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put(PENDING, pending);
    counts.put(SUCCEEDED, succeeded);
    counts.put(FAILED, failed);
    counts.put(UNCONFIRMED, unconfirmed);
    return counts;
  }
}
