package io.dsxconnect.core.job;

import io.dsxconnect.contract.Ledger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a job at one moment, derived from its hash. REST and SSE both read it, so they
 * report the same numbers.
 *
 * @param total files expected: those accepted, or those that the connector announced if more
 * @param ended files that have an outcome
 * @param succeeded files that ended other than failed, cancelled or Non Compliant
 * @param durationSeconds from the start of the job to its end, or to now while it is active
 * @param windowSeconds from the start of the first scan to the last outcome; null when the job
 *     lacks either
 * @param etaSeconds until the last outcome, at the average rate so far; null when that is unknown:
 *     the job does not run, its connector still lists, so that the total is not known, no file or
 *     every file has ended, or the job is less than a second old
 */
public record JobProgress(
    long total,
    long ended,
    long succeeded,
    long durationSeconds,
    @Nullable Long windowSeconds,
    @Nullable Long etaSeconds) {

  /**
   * @param nowSeconds since the epoch
   */
  public static JobProgress of(Job job, long nowSeconds) {
    Ledger ledger = job.ledger();
    long total = Math.max(ledger.accepted(), job.number("announced_total"));
    long ended = ledger.ended();
    long end = job.finished() ? job.number("finished_at") : nowSeconds;
    long duration = Math.max(0, end - job.number("started_at"));
    return new JobProgress(
        total,
        ended,
        ended - ledger.failed() - ledger.cancelled() - ledger.nonCompliant(),
        duration,
        window(job),
        isPredictable(job) ? eta(total, ended, duration) : null);
  }

  private static @Nullable Long window(Job job) {
    return job.fields().containsKey("first_scan_started_at")
            && job.fields().containsKey("last_terminal_at")
        ? Math.max(0, job.number("last_terminal_at") - job.number("first_scan_started_at"))
        : null;
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
