package io.dsxconnect.core.notify;

import io.dsxconnect.contract.Ledger;
import io.dsxconnect.core.job.Job;
import java.util.LinkedHashMap;
import java.util.Map;

/** How a job stands, in the words of the original's events. */
public final class JobSnapshot {
  private JobSnapshot() {}

  public static Map<String, Object> of(Job job) {
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
    s.put("ledger", ledger);
    return s;
  }
}
