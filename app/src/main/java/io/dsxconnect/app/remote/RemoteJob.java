package io.dsxconnect.app.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.app.view.Table;
import io.dsxconnect.contract.Ledger;
import java.util.Set;

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

  Ledger ledger() {
    JsonNode ledger = view.path("ledger");
    return Ledger.of(
        ledger.path("accepted").asLong(),
        outcome -> ledger.path(outcome.column()).asLong(),
        ledger.path("pending").asLong());
  }
}
