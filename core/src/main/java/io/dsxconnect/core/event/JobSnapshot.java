package io.dsxconnect.core.event;

import io.dsxconnect.contract.Ledger;
import io.dsxconnect.core.job.Job;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How a job stands, in the words of the original's events (core contract, section 1.5). */
public final class JobSnapshot {
  private JobSnapshot() {}

  public static Map<String, Object> of(Job job, InstantSource clock) {
    Ledger ledger = job.ledger();
    Map<String, Object> s = new LinkedHashMap<>();
    s.put("job_id", job.id());
    s.put("status", job.status());
    s.put("processed_count", ledger.ended());
    s.put("total", ledger.accepted());
    s.put("enqueued_total", ledger.accepted());
    s.put("enqueued_count", ledger.accepted());
    s.put(
        "succeeded_count",
        ledger.ended() - ledger.failed() - ledger.cancelled() - ledger.nonCompliant());
    s.put("failed_count", ledger.failed());
    s.put("cancelled_count", ledger.cancelled());
    s.put("skipped_count", ledger.nonCompliant());
    s.put("enqueue_done", job.enqueueDone() ? "1" : null);
    s.put("last_update", job.fields().get("last_update"));
    long end = job.finished() ? job.number("finished_at") : clock.millis() / 1000;
    long duration = Math.max(0, end - job.number("started_at"));
    s.put("duration_secs", duration);
    s.put(
        "processing_window_secs",
        Math.max(0, job.number("last_terminal_at") - job.number("first_scan_started_at")));
    boolean under = !job.finished() && ledger.ended() > 0 && ledger.pending() > 0;
    Long eta =
        under && duration > 0
            ? Math.round((double) ledger.pending() * duration / ledger.ended())
            : null;
    s.put("eta_secs", eta);
    s.put("time_remaining", eta == null ? null : hms(eta));
    s.put("ledger", ledger);
    return s;
  }

  /** {@code [Nd ]HH:MM:SS}. */
  public static String hms(long seconds) {
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
