package io.dsxconnect.connector;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.contract.Printable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Counts the files of one full scan by outcome, for the report to the core. Thread-safe. */
@ThreadSafe
final class ListingCounts {
  private static final int MAX_SKIPPED_SAMPLES = 20;
  private static final int MAX_ERROR_SAMPLES = 100;

  @GuardedBy("this") private final List<String> skippedSamples = new ArrayList<>();

  @GuardedBy("this") private final List<String> errorSamples = new ArrayList<>();

  @GuardedBy("this") private final Map<LeftOut, Long> leftOut = new EnumMap<>(LeftOut.class);

  @GuardedBy("this") private long sent;

  @GuardedBy("this") private long errors;

  synchronized void sent(int files) {
    sent += files;
  }

  synchronized void leftOut(LeftOut kind, String location) {
    leftOut.merge(kind, 1L, Long::sum);
    if (kind == LeftOut.SPECIAL && skippedSamples.size() < MAX_SKIPPED_SAMPLES) {
      skippedSamples.add(Printable.of(location) + ": not a regular file (FIFO, socket or device)");
    }
  }

  @GuardedBy("this") private long leftOut(LeftOut kind) {
    return leftOut.getOrDefault(kind, 0L);
  }

  /** All listed entries: sent, failed and left out. */
  synchronized long total() {
    return sent + errors + leftOut.values().stream().mapToLong(Long::longValue).sum();
  }

  synchronized void failed(String location, String reason) {
    failed(1, Printable.of(location) + ": " + reason);
  }

  /** Counts files that are not sent, or an entry that hides an unknown number of files. */
  synchronized void failed(int files, String sample) {
    errors += files;
    if (errorSamples.size() < MAX_ERROR_SAMPLES) {
      errorSamples.add(sample);
    }
  }

  synchronized long errors() {
    return errors;
  }

  /** The body of {@code enqueue_done}. */
  synchronized Map<String, Object> body() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("enqueued_total", sent);
    body.put("skipped", leftOut(LeftOut.SPECIAL));
    body.put("errors", errors);
    body.put("skipped_samples", List.copyOf(skippedSamples));
    body.put("error_samples", List.copyOf(errorSamples));
    Map<String, Long> kinds = new LinkedHashMap<>();
    for (LeftOut kind : LeftOut.values()) {
      kinds.put(kind.wireName(), leftOut(kind));
    }
    body.put("left_out", kinds);
    return body;
  }

  @Override
  public synchronized String toString() {
    return String.format(
        Locale.ROOT,
        "%d files sent, %d errors; left out: %d links, %d special, %d filtered, %d own",
        sent,
        errors,
        leftOut(LeftOut.LINK),
        leftOut(LeftOut.SPECIAL),
        leftOut(LeftOut.FILTERED),
        leftOut(LeftOut.OWN));
  }
}
