package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.core.event.JobSnapshot;
import io.dsxconnect.core.job.Job;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job as REST clients see it: the hash and what derives from it as strings (core contract,
 * section 1.4), and the ledger.
 */
final class JobView {
  private JobView() {}

  /** What clients may rely on; there are more fields, all strings, some only when computable. */
  record Model(
      String jobId,
      @Nullable String jobName,
      @Nullable String connectorUuid,
      String status,
      String startedAt,
      @Nullable String finishedAt,
      String enqueuedCount,
      String enqueuedTotal,
      String expectedTotal,
      String processedCount,
      String terminalCount,
      String succeededCount,
      String failedCount,
      String cancelledCount,
      String skippedCount,
      @Nullable String progressPct,
      String durationSecs,
      @Nullable String etaSecs,
      @Nullable String timeRemaining,
      @Nullable String reason,
      @Nullable String refusedItems,
      ListingEnd.@Nullable LeftOut leftOut,
      @Nullable List<String> listingErrorSamples,
      Ledger ledger) {}

  /** The hash with the counters of the original's, all of it text. */
  static Map<String, String> raw(Job job) {
    Map<String, Object> view = new LinkedHashMap<>(job.fields());
    putCounts(view, job);
    Map<String, String> raw = new LinkedHashMap<>();
    view.forEach((name, value) -> raw.put(name, String.valueOf(value)));
    return raw;
  }

  static Map<String, Object> of(Job job, InstantSource clock) {
    Map<String, Object> view = new LinkedHashMap<>(job.fields());
    Ledger ledger = job.ledger();
    putCounts(view, job);
    putTimes(view, job, ledger, total(job), clock.millis() / 1000);
    putRates(view, job, ledger);
    for (String parsed : List.of("left_out", "listing_error_samples")) {
      view.computeIfPresent(parsed, (name, json) -> tree((String) json));
    }
    view.put("ledger", ledger);
    return view;
  }

  /** What we stored as JSON; null when it is none, which then is no reason to show nothing. */
  private static @Nullable JsonNode tree(String json) {
    try {
      return Json.parseOwn(json.getBytes(StandardCharsets.UTF_8));
    } catch (InvalidInput e) {
      return null;
    }
  }

  private static long total(Job job) {
    return Math.max(job.ledger().accepted(), job.number("announced_total"));
  }

  private static void putCounts(Map<String, Object> view, Job job) {
    Ledger ledger = job.ledger();
    put(view, "job_id", job.id());
    put(view, "enqueued_count", ledger.accepted());
    put(view, "enqueued_total", ledger.accepted());
    put(view, "expected_total", total(job));
    put(view, "processed_count", ledger.ended());
    put(view, "terminal_count", ledger.ended());
    put(
        view,
        "succeeded_count",
        ledger.ended() - ledger.failed() - ledger.cancelled() - ledger.nonCompliant());
    put(view, "failed_count", ledger.failed());
    put(view, "cancelled_count", ledger.cancelled());
    put(view, "skipped_count", ledger.nonCompliant());
    put(view, "verdict_benign", ledger.benign());
    put(view, "verdict_malicious", ledger.malicious());
    put(view, "verdict_unknown", ledger.unknown());
    put(view, "verdict_unsupported", ledger.unsupported());
    put(view, "verdict_not_scanned", ledger.notScanned());
    put(view, "verdict_non_compliant", ledger.nonCompliant());
    // The original tells the end of a scan from the end of what follows; here they are one.
    for (String end : List.of("first", "last")) {
      String at = job.fields().get(end + "_terminal_at");
      if (at != null) {
        put(view, end + "_completed_at", at);
      }
    }
  }

  private static void putTimes(
      Map<String, Object> view, Job job, Ledger ledger, long total, long now) {
    long ended = ledger.ended();
    long duration =
        Math.max(0, (job.finished() ? job.number("finished_at") : now) - job.number("started_at"));
    put(view, "duration_secs", duration);
    if (total > 0) {
      put(view, "progress_pct", Math.min(100, ended * 100 / total));
    }
    if (job.fields().containsKey("first_scan_started_at")
        && job.fields().containsKey("last_terminal_at")) {
      put(
          view,
          "processing_window_secs",
          Math.max(0, job.number("last_terminal_at") - job.number("first_scan_started_at")));
    }
    if (!job.finished() && ended > 0 && ended < total && duration > 0) {
      long eta = Math.round((double) (total - ended) * duration / ended);
      put(view, "eta_secs", eta);
      put(view, "time_remaining", JobSnapshot.hms(eta));
    }
  }

  private static void putRates(Map<String, Object> view, Job job, Ledger ledger) {
    long ended = ledger.ended();
    long bytes = job.number("total_bytes");
    long micros = job.number("total_scan_time_us");
    double requestMs = job.decimal("total_request_elapsed_ms");
    if (ended > 0) {
      put(view, "avg_bytes_per_file", bytes / ended);
      put(view, "avg_request_elapsed_ms", rounded(requestMs / ended, 3));
      put(view, "avg_read_elapsed_ms", rounded(job.decimal("total_read_elapsed_ms") / ended, 3));
    }
    if (bytes > 0 && micros > 0) {
      put(view, "scan_us_per_byte", rounded((double) micros / bytes, 6));
      put(view, "scan_bytes_per_sec", rounded(bytes * 1e6 / micros, 2));
    }
    if (bytes > 0 && requestMs > 0) {
      put(view, "request_bytes_per_sec", rounded(bytes * 1e3 / requestMs, 2));
    }
  }

  private static String rounded(double value, int places) {
    return String.format(Locale.ROOT, "%." + places + "f", value);
  }

  private static void put(Map<String, Object> view, String name, Object value) {
    view.put(name, String.valueOf(value));
  }
}
