package io.dsxconnect.app.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.app.view.Table;
import io.dsxconnect.contract.Ledger;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A job as the API returns it. Immutable.
 *
 * @param view the JSON object
 */
record RemoteJob(JsonNode view) {
  private static final Set<String> ENDED_STATUSES = Set.of("completed", "incomplete");

  String id() {
    return Table.text(view, "job_id");
  }

  String status() {
    return Table.text(view, "status");
  }

  /** Whether the job has ended, so its ledger will not change. */
  boolean finished() {
    return ENDED_STATUSES.contains(status())
        || (status().equals("cancelled") && !Table.text(view, "finished_at").isEmpty());
  }

  long number(String field) {
    return view.path(field).asLong(0);
  }

  /**
   * Seconds from the first scan to the last outcome; whole ones from a core of an older version, 0
   * before the first outcome.
   */
  double windowLength() {
    return view.has("processing_window_ms")
        ? number("processing_window_ms") / 1000.0
        : number("processing_window_secs");
  }

  /**
   * The item actions by their state, for example {@code 2 succeeded, 1 failed}; empty when the job
   * has none, or had some before they were counted.
   */
  String actions() {
    return view.has("actions_failed")
        ? Stream.of("succeeded", "failed", "unconfirmed", "pending")
            .filter(state -> number("actions_" + state) > 0)
            .map(state -> number("actions_" + state) + " " + state)
            .collect(Collectors.joining(", "))
        : "";
  }

  Ledger ledger() {
    JsonNode ledger = view.path("ledger");
    return Ledger.of(
        ledger.path("accepted").asLong(),
        outcome -> ledger.path(outcome.column()).asLong(),
        ledger.path("pending").asLong());
  }
}
