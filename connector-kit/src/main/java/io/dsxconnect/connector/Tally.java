package io.dsxconnect.connector;

import io.dsxconnect.contract.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What became of the files of one full scan, as its end is told to the core. Thread-safe. */
final class Tally {
  private static final int SAMPLES = 20;

  private final List<String> skippedSamples = new ArrayList<>();
  private final List<String> errorSamples = new ArrayList<>();
  private long sent;
  private long skipped;
  private long errors;

  synchronized void sent(int files) {
    sent += files;
  }

  synchronized void skipped(String location, String reason) {
    skipped++;
    if (skippedSamples.size() < SAMPLES) {
      skippedSamples.add(Printable.of(location) + ": " + reason);
    }
  }

  synchronized void failed(String location, String reason) {
    failed(1, Printable.of(location) + ": " + reason);
  }

  /** Counts files that never reach the core, or something that hides an unknown number of them. */
  synchronized void failed(int files, String sample) {
    errors += files;
    if (errorSamples.size() < SAMPLES) {
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
    body.put("skipped", skipped);
    body.put("errors", errors);
    body.put("skipped_samples", List.copyOf(skippedSamples));
    body.put("error_samples", List.copyOf(errorSamples));
    return body;
  }

  @Override
  public synchronized String toString() {
    return sent + " files sent, " + skipped + " skipped, " + errors + " errors";
  }
}
