package io.dsxconnect.core.job;

import io.dsxconnect.contract.Ledger;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a job at one moment, derived from its hash. REST and SSE both read it, so they
 * report the same numbers.
 *
 * @param total files expected: those accepted, or those that the connector announced if more
 * @param ended files that have an outcome
 * @param succeeded files that ended other than failed, cancelled or Non Compliant
 * @param durationSeconds from the start of the job to its end, or to now while it is active; a
 *     later retry of its item actions does not prolong it
 * @param window from the start of the first scan to the last outcome; null when the job lacks
 *     either
 * @param etaSeconds until the last outcome, at the average rate so far; null when that is unknown:
 *     the job does not run, its connector still lists, so that the total is not known, no file or
 *     every file has ended, or the job is less than a second old
 */
public record JobProgress(
    long total,
    long ended,
    long succeeded,
    long durationSeconds,
    @Nullable Window window,
    @Nullable Long etaSeconds) {

  /**
   * The time in which the files of a job were scanned.
   *
   * @param seconds between the whole seconds of its two ends, as the original counts
   * @param millis between its ends; null for a job that an older version scanned
   */
  public record Window(long seconds, @Nullable Long millis) {
    private static @Nullable Window of(Job job) {
      if (!job.fields().containsKey("first_scan_started_at")
          || !job.fields().containsKey("last_terminal_at")) {
        return null;
      }
      long first = job.number("first_scan_started_at");
      long last = job.number("last_terminal_at");
      long firstMillis = job.number("first_scan_started_ms");
      long lastMillis = job.number("last_terminal_ms");
      // A worker of an older version leaves the milliseconds of an earlier outcome.
      boolean known = firstMillis / 1000 == first && lastMillis / 1000 == last;
      return new Window(
          Math.max(0, last - first), known ? Math.max(0, lastMillis - firstMillis) : null);
    }
  }

  /**
   * @param nowSeconds since the epoch
   */
  public static JobProgress of(Job job, long nowSeconds) {
    Ledger ledger = job.ledger();
    long total = Math.max(ledger.accepted(), job.number("announced_total"));
    long ended = ledger.ended();
    long end = Objects.requireNonNullElse(job.endedAt(), nowSeconds);
    long duration = Math.max(0, end - job.number("started_at"));
    return new JobProgress(
        total,
        ended,
        ended - ledger.failed() - ledger.cancelled() - ledger.nonCompliant(),
        duration,
        Window.of(job),
        isPredictable(job) ? eta(total, ended, duration) : null);
  }

  private static boolean isPredictable(Job job) {
    boolean listed = job.enqueueDone() || !"1".equals(job.fields().get("announced"));
    return !job.finished() && job.status().equals("running") && listed;
  }

  private static @Nullable Long eta(long total, long ended, long duration) {
    return ended > 0 && ended < total && duration > 0
        ? Math.round((double) (total - ended) * duration / ended)
        : null;
  }

  /** The length of the window in seconds, as exactly as it is known; 0 when there is none. */
  public double windowLength() {
    if (window == null) {
      return 0;
    }
    return window.millis() == null ? window.seconds() : window.millis() / 1000.0;
  }

  /** The share of the total that has ended, 0 to 100; null when no file is expected. */
  public @Nullable Long percent() {
    return total > 0 ? Math.min(100, ended * 100 / total) : null;
  }

  /** The ETA as {@code [Nd ]HH:MM:SS}; null when there is none. */
  public @Nullable String timeRemaining() {
    if (etaSeconds == null) {
      return null;
    }
    long seconds = etaSeconds;
    long days = seconds / 86_400;
    return (days > 0 ? days + "d " : "")
        + String.format(
            Locale.ROOT,
            "%02d:%02d:%02d",
            seconds % 86_400 / 3600,
            seconds % 3600 / 60,
            seconds % 60);
  }
}
