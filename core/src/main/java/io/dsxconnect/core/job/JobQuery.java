package io.dsxconnect.core.job;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Selects jobs and their order: by start time, then by id. Immutable.
 *
 * @param cursor id of the last job that the caller has; null to start from the first
 * @param ascending oldest first
 */
public record JobQuery(Filter filter, @Nullable String cursor, boolean ascending) {

  /** All jobs, newest first. */
  public static final JobQuery ALL =
      new JobQuery(new Filter(null, null, null, null, null), null, false);

  /**
   * Selects jobs by their content. A null field matches every job.
   *
   * @param connector uuid
   * @param status as stored, any case; {@link #ACTIVE} for running and paused jobs
   * @param text part of the id or the name, any case
   * @param since start time in seconds since the epoch, inclusive
   * @param until start time in seconds since the epoch, exclusive
   */
  public record Filter(
      @Nullable String connector,
      @Nullable String status,
      @Nullable String text,
      @Nullable Long since,
      @Nullable Long until) {
    /** The status that stands for running and paused. */
    public static final String ACTIVE = "active";

    boolean matches(Job job) {
      long started = job.number("started_at");
      return (connector == null || connector.equals(job.connectorUuid()))
          && (status == null || hasStatus(status, job.status()))
          && (text == null || containsText(job, text.toLowerCase(Locale.ROOT)))
          && (since == null || started >= since)
          && (until == null || started < until);
    }

    private static boolean hasStatus(String wanted, String stored) {
      return wanted.equalsIgnoreCase(stored)
          || (wanted.equalsIgnoreCase(ACTIVE)
              && (stored.equals("running") || stored.equals("paused")));
    }
  }

  boolean matches(Job job) {
    return filter.matches(job);
  }

  private static boolean containsText(Job job, String text) {
    return job.id().toLowerCase(Locale.ROOT).contains(text)
        || job.text("job_name", "").toLowerCase(Locale.ROOT).contains(text);
  }
}
