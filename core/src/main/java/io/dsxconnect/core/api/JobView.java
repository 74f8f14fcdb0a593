package io.dsxconnect.core.api;

import io.dsxconnect.contract.Ledger;
import io.dsxconnect.core.job.Job;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A job as REST clients see it: the hash and what derives from it as strings, and the ledger. */
final class JobView {
  private JobView() {}

  static Map<String, Object> of(Job job, InstantSource clock) {
    Map<String, Object> view = new LinkedHashMap<>(job.fields());
    Ledger ledger = job.ledger();
    long now = clock.millis() / 1000;
    long started = job.number("started_at");
    long ended = ledger.ended();
    long duration = Math.max(0, (job.finished() ? job.number("finished_at") : now) - started);
    put(view, "job_id", job.id());
    put(view, "enqueued_count", ledger.accepted());
    put(view, "enqueued_total", ledger.accepted());
    put(view, "processed_count", ended);
    put(view, "terminal_count", ended);
    put(
        view,
        "succeeded_count",
        ended - ledger.failed() - ledger.cancelled() - ledger.nonCompliant());
    put(view, "failed_count", ledger.failed());
    put(view, "cancelled_count", ledger.cancelled());
    put(view, "skipped_count", ledger.nonCompliant());
    put(view, "verdict_benign", ledger.benign());
    put(view, "verdict_malicious", ledger.malicious());
    put(view, "verdict_unknown", ledger.unknown());
    put(view, "verdict_unsupported", ledger.unsupported());
    put(view, "verdict_not_scanned", ledger.notScanned());
    put(view, "duration_secs", duration);
    if (ledger.accepted() > 0) {
      put(view, "progress_pct", Math.min(100, ended * 100 / ledger.accepted()));
    }
    if (ended > 0) {
      put(view, "avg_bytes_per_file", job.number("total_bytes") / ended);
    }
    if (!job.finished() && ended > 0 && ended < ledger.accepted() && duration > 0) {
      long eta = Math.round((double) (ledger.accepted() - ended) * duration / ended);
      put(view, "eta_secs", eta);
      put(view, "time_remaining", hms(eta));
    }
    view.put("ledger", ledger);
    return view;
  }

  private static void put(Map<String, Object> view, String name, Object value) {
    view.put(name, String.valueOf(value));
  }

  /** {@code [Nd ]HH:MM:SS}. */
  static String hms(long seconds) {
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
