package io.dsxconnect.e2e;

import com.fasterxml.jackson.databind.JsonNode;

/** The ledger of a job, as the API returns it. */
record Ledger(
    long accepted,
    long benign,
    long malicious,
    long unknown,
    long unsupported,
    long notScanned,
    long nonCompliant,
    long failed,
    long cancelled,
    long pending,
    boolean balanced) {

  static Ledger of(JsonNode job) {
    JsonNode ledger = job.path("ledger");
    return new Ledger(
        number(ledger, "accepted"),
        number(ledger, "benign"),
        number(ledger, "malicious"),
        number(ledger, "unknown"),
        number(ledger, "unsupported"),
        number(ledger, "not_scanned"),
        number(ledger, "non_compliant"),
        number(ledger, "failed"),
        number(ledger, "cancelled"),
        number(ledger, "pending"),
        ledger.path("balanced").asBoolean(false));
  }

  private static long number(JsonNode ledger, String column) {
    if (!ledger.path(column).isNumber()) {
      throw new AssertionError("the ledger has no " + column + ": " + ledger);
    }
    return ledger.path(column).asLong();
  }

  /** The sum of all outcomes, computed by the test. */
  long ended() {
    return benign
        + malicious
        + unknown
        + unsupported
        + notScanned
        + nonCompliant
        + failed
        + cancelled;
  }
}
