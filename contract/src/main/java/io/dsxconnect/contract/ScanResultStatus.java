package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The status of a file's result. {@link #FAILED} and {@link #CANCELLED}, for files without a
 * verdict, extend the original contract.
 */
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
