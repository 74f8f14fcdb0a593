package io.dsxconnect.app.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.JobProgress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Adds up the jobs and records of one run into its {@link Summary}. Keeps the locations of the
 * first {@link #MAX_MALICIOUS} malicious files only, so memory does not grow with the number of
 * files. Not thread-safe.
 */
public final class ScanTotals {
  /** Locations of malicious files that a summary lists. */
  public static final int MAX_MALICIOUS = 20;

  private final List<String> malicious = new ArrayList<>();
  private final Map<Outcome, Long> filesByOutcome = new EnumMap<>(Outcome.class);
  private long accepted;
  private long pending;
  private long bytes;
  private double seconds;
  private ListingNotes listing = ListingNotes.NONE;
  private String engine = "none";

  /** Takes the scanner's name and, of a malicious file, the location from a record. */
  public void add(ScanResult result) {
    if (result.scanner() != null) {
      engine = result.scanner();
    }
    if (result.outcome() == Outcome.MALICIOUS
        && malicious.size() < MAX_MALICIOUS
        && result.scanRequest() != null) {
      malicious.add(result.scanRequest().location());
    }
  }

  /**
   * Adds the ledger, bytes, time and listing notes of a job. Add each job once, when it has ended.
   *
   * @throws IllegalStateException when the job's stored listing notes are not JSON
   */
  public void add(Job job) {
    Ledger ledger = job.ledger();
    accepted += ledger.accepted();
    pending += ledger.pending();
    bytes += job.number("total_bytes");
    seconds += JobProgress.of(job, 0).windowLength();
    listing =
        listing.plus(
            ListingNotes.of(
                json(job.text("left_out", "{}")),
                job.number("listing_errors"),
                json(job.text("listing_error_samples", "[]"))));
    for (Outcome outcome : Outcome.values()) {
      filesByOutcome.merge(outcome, job.number(outcome.column()), Long::sum);
    }
  }

  private static JsonNode json(String field) {
    try {
      return Json.parseOwn(field.getBytes(StandardCharsets.UTF_8));
    } catch (InvalidInput e) {
      throw new IllegalStateException("a field of the job is not JSON: " + field, e);
    }
  }

  private long files(Outcome outcome) {
    return filesByOutcome.getOrDefault(outcome, 0L);
  }

  /**
   * Returns the summary of all that was added so far.
   *
   * @param demo whether the stand-in gave the verdicts
   */
  public Summary summary(boolean demo) {
    Ledger ledger = Ledger.of(accepted, this::files, pending);
    return new Summary(ledger, bytes, seconds, engine, demo, malicious, listing);
  }
}
