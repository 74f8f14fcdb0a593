package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.JobProgress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job as REST clients read it: the fields of its hash and those derived from them, all strings,
 * and the ledger. See docs/wire.md, "Job fields".
 */
final class JobView {
  private JobView() {}

  /**
   * The documented fields. An answer has more, all strings; a field that cannot be computed is
   * absent.
   */
  record Model(
      String jobId,
      @Nullable String jobName,
      @Nullable String connectorUuid,
      String status,
      String startedAt,
      @Nullable String finishedAt,
      @Nullable String firstFinishedAt,
      @Nullable String actionsRetriedAt,
      String enqueuedCount,
      String enqueuedTotal,
      String expectedTotal,
      String processedCount,
      String terminalCount,
      String succeededCount,
      String failedCount,
      String cancelledCount,
      String skippedCount,
      @Nullable String actionsPending,
      @Nullable String actionsSucceeded,
      @Nullable String actionsFailed,
      @Nullable String actionsUnconfirmed,
      @Nullable String progressPct,
      String durationSecs,
      @Nullable String processingWindowSecs,
      @Nullable String processingWindowMs,
      @Nullable String etaSecs,
      @Nullable String timeRemaining,
      @Nullable String reason,
      @Nullable String refusedItems,
      @Nullable String scanAsset,
      @Nullable String scanFilter,
      @Nullable String scanLimit,
      @Nullable String startedBy,
      ListingEnd.@Nullable LeftOut leftOut,
      @Nullable List<String> listingErrorSamples,
      Ledger ledger) {}

  /** The job's hash with the original's counters, all values as text. */
  static Map<String, String> raw(Job job) {
    Map<String, Object> view = new LinkedHashMap<>(job.fields());
    putCounts(view, job, JobProgress.of(job, 0));
    Map<String, String> raw = new LinkedHashMap<>();
    view.forEach((name, value) -> raw.put(name, String.valueOf(value)));
    return raw;
  }

  /**
   * The job with its derived fields.
   *
   * @param clock ends the duration of a job that is still active
   */
  static Map<String, Object> of(Job job, InstantSource clock) {
    Map<String, Object> view = new LinkedHashMap<>(job.fields());
    JobProgress progress = JobProgress.of(job, clock.millis() / 1000);
    putCounts(view, job, progress);
    putTimes(view, progress);
    putRates(view, job, progress.ended() - job.ledger().cancelled());
    for (String parsed : List.of("left_out", "listing_error_samples")) {
      view.computeIfPresent(parsed, (name, json) -> tree((String) json));
    }
    view.put("ledger", job.ledger());
    return view;
  }

  /** Parses a field stored as JSON; null when it is malformed, so that the rest is still shown. */
  private static @Nullable JsonNode tree(String json) {
    try {
      return Json.parseOwn(json.getBytes(StandardCharsets.UTF_8));
    } catch (InvalidInput e) {
      return null;
    }
  }

  private static void putCounts(Map<String, Object> view, Job job, JobProgress progress) {
    Ledger ledger = job.ledger();
    put(view, "job_id", job.id());
    put(view, "enqueued_count", ledger.accepted());
    put(view, "enqueued_total", ledger.accepted());
    put(view, "expected_total", progress.total());
    put(view, "processed_count", progress.ended());
    put(view, "terminal_count", progress.ended());
    put(view, "succeeded_count", progress.succeeded());
    put(view, "failed_count", ledger.failed());
    put(view, "cancelled_count", ledger.cancelled());
    put(view, "skipped_count", ledger.nonCompliant());
    put(view, "verdict_benign", ledger.benign());
    put(view, "verdict_malicious", ledger.malicious());
    put(view, "verdict_unknown", ledger.unknown());
    put(view, "verdict_unsupported", ledger.unsupported());
    put(view, "verdict_not_scanned", ledger.notScanned());
    put(view, "verdict_non_compliant", ledger.nonCompliant());
    // The original has separate times for the end of a scan and of its result; here they coincide.
    for (String end : List.of("first", "last")) {
      String at = job.fields().get(end + "_terminal_at");
      if (at != null) {
        put(view, end + "_completed_at", at);
      }
    }
  }

  private static void putTimes(Map<String, Object> view, JobProgress progress) {
    put(view, "duration_secs", progress.durationSeconds());
    putIfKnown(view, "progress_pct", progress.percent());
    JobProgress.Window window = progress.window();
    if (window != null) {
      put(view, "processing_window_secs", window.seconds());
      putIfKnown(view, "processing_window_ms", window.millis());
    }
    putIfKnown(view, "eta_secs", progress.etaSeconds());
    putIfKnown(view, "time_remaining", progress.timeRemaining());
  }

  /**
   * Puts the averages.
   *
   * @param worked files that have an outcome and were not cancelled: nobody works on those
   */
  private static void putRates(Map<String, Object> view, Job job, long worked) {
    long bytes = job.number("total_bytes");
    long micros = job.number("total_scan_time_us");
    double requestMs = job.decimal("total_request_elapsed_ms");
    if (worked > 0) {
      put(view, "avg_bytes_per_file", bytes / worked);
      put(view, "avg_request_elapsed_ms", rounded(requestMs / worked, 3));
      put(view, "avg_read_elapsed_ms", rounded(job.decimal("total_read_elapsed_ms") / worked, 3));
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

  private static void putIfKnown(Map<String, Object> view, String name, @Nullable Object value) {
    if (value != null) {
      put(view, name, value);
    }
  }
}
