package io.dsxconnect.core.job;

import io.dsxconnect.contract.Ledger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job's hash, read once. Missing and malformed numbers read as 0. Immutable when {@code fields}
 * is.
 *
 * @param fields of the hash, see docs/wire.md, "Job fields"
 */
public record Job(Map<String, String> fields) {

  public String id() {
    return text("job_id", "");
  }

  /**
   * {@code running}, {@code paused}, {@code cancelled}, {@code completed} or {@code incomplete}.
   */
  public String status() {
    return text("status", "running");
  }

  /** Null for a job that no connector announced and whose files name no connector. */
  public @Nullable String connectorUuid() {
    return fields.get("connector_uuid");
  }

  public boolean finished() {
    return fields.containsKey("finished_at");
  }

  /**
   * When the work on its files ended, in seconds since the epoch; null before that. A retry of item
   * actions opens the job again, and does not change this time.
   */
  public @Nullable Long endedAt() {
    for (String end : List.of("first_finished_at", "finished_at")) {
      if (fields.containsKey(end)) {
        return number(end);
      }
    }
    return null;
  }

  /** Whether the listing has ended, completely or not. */
  public boolean enqueueDone() {
    return "1".equals(fields.get("enqueue_done"));
  }

  public long number(String field) {
    try {
      return Long.parseLong(text(field, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  public double decimal(String field) {
    try {
      return Double.parseDouble(text(field, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  public String text(String field, String absent) {
    return fields.getOrDefault(field, absent);
  }

  /** The ledger; {@code pending} is a separate counter, so that {@code balanced} is a finding. */
  public Ledger ledger() {
    return Ledger.of(number("accepted"), outcome -> number(outcome.column()), number("pending"));
  }
}
