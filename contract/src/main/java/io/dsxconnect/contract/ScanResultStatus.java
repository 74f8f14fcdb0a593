package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/** What became of a file; the last two are ours, for files that have no verdict. */
public enum ScanResultStatus implements WireName {
  NOT_SCANNED("not scanned"),
  SCANNED("scanned"),
  ACTION_FAILED("action attempted, but failed"),
  ACTION_SUCCEEDED("action succeeded"),
  FAILED("failed"),
  CANCELLED("cancelled");

  private final String wire;

  ScanResultStatus(String wire) {
    this.wire = wire;
  }

  @Override
  @JsonValue
  public String wire() {
    return wire;
  }
}
