package io.dsxconnect.core.job;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Selects and orders jobs: by start time, then id. A null field selects all jobs.
 *
 * @param connector uuid
 * @param status as stored, any case
 * @param text part of the id or the name, any case
 * @param since start time in seconds since the epoch, inclusive
 * @param until start time in seconds since the epoch, exclusive
 * @param cursor id of the last job that the caller has; null to start from the first
 * @param ascending oldest first
 */
public record JobQuery(
    @Nullable String connector,
    @Nullable String status,
    @Nullable String text,
    @Nullable Long since,
    @Nullable Long until,
    @Nullable String cursor,
    boolean ascending) {

  /** All jobs, newest first. */
  public static final JobQuery ALL = new JobQuery(null, null, null, null, null, null, false);

  boolean matches(Job job) {
    long started = job.number("started_at");
    return (connector == null || connector.equals(job.connectorUuid()))
        && (status == null || status.equalsIgnoreCase(job.status()))
        && (text == null || containsText(job, text.toLowerCase(Locale.ROOT)))
        && (since == null || started >= since)
        && (until == null || started < until);
  }

  private static boolean containsText(Job job, String text) {
    return job.id().toLowerCase(Locale.ROOT).contains(text)
        || job.text("job_name", "").toLowerCase(Locale.ROOT).contains(text);
  }
}
