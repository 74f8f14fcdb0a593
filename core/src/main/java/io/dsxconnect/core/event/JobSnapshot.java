package io.dsxconnect.core.event;

import io.dsxconnect.contract.Ledger;
import io.dsxconnect.core.job.ActionCounts;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.JobProgress;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** The {@code job} object of events, see docs/wire.md, "Events (pub/sub and SSE)". */
public final class JobSnapshot {
  private JobSnapshot() {}

  /**
   * The job's progress by field name, in the order of the wire. Counts and seconds are numbers;
   * {@code last_update} is text.
   *
   * @param clock ends the duration of a job that is still active
   */
  public static Map<String, Object> of(Job job, InstantSource clock) {
    Ledger ledger = job.ledger();
    JobProgress progress = JobProgress.of(job, clock.millis() / 1000);
    Map<String, Object> s = new LinkedHashMap<>();
    s.put("job_id", job.id());
    s.put("status", job.status());
    s.put("processed_count", progress.ended());
    s.put("total", ledger.accepted());
    s.put("enqueued_total", ledger.accepted());
    s.put("enqueued_count", ledger.accepted());
    s.put("succeeded_count", progress.succeeded());
    s.put("failed_count", ledger.failed());
    s.put("cancelled_count", ledger.cancelled());
    s.put("skipped_count", ledger.nonCompliant());
    s.put("enqueue_done", job.enqueueDone() ? "1" : null);
    s.put("last_update", job.fields().get("last_update"));
    s.put("duration_secs", progress.durationSeconds());
    JobProgress.Window window = progress.window();
    s.put("processing_window_secs", window == null ? 0L : window.seconds());
    s.put("processing_window_ms", window == null ? null : window.millis());
    s.put("eta_secs", progress.etaSeconds());
    s.put("time_remaining", progress.timeRemaining());
    s.put("ledger", ledger);
    ActionCounts actions = ActionCounts.of(job);
    if (actions != null) {
      s.putAll(actions.byName());
    }
    return s;
  }
}
