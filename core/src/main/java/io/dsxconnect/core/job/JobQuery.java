package io.dsxconnect.core.job;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs are wanted, and in which order: by their start, then their id.
 *
 * @param connector uuid
 * @param text part of the id or the name, any case
 * @param since seconds since the epoch, included
 * @param until seconds since the epoch, excluded
 * @param cursor the id of the last job that the caller has; null to begin
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

  /** All, newest first. */
  public static final JobQuery ALL = new JobQuery(null, null, null, null, null, null, false);

  boolean matches(Job job) {
    long started = job.number("started_at");
    return (connector == null || connector.equals(job.connectorUuid()))
        && (status == null || status.equalsIgnoreCase(job.status()))
        && (text == null || holdsText(job, text.toLowerCase(Locale.ROOT)))
        && (since == null || started >= since)
        && (until == null || started < until);
  }

  private static boolean holdsText(Job job, String text) {
    return job.id().toLowerCase(Locale.ROOT).contains(text)
        || job.text("job_name", "").toLowerCase(Locale.ROOT).contains(text);
  }
}
