package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The status of a file's result. {@link #FAILED} and {@link #CANCELLED}, for files without a
 * verdict, extend the original contract.
 */
public enum ScanResultStatus implements WireName {
  /** There is no verdict on the whole file; the result has the reason. */
  NOT_SCANNED("not scanned"),

  /** The scanner judged the file; no action was needed, or its outcome is unconfirmed. */
  SCANNED("scanned"),

  /** The file is malicious, and its item action failed. */
  ACTION_FAILED("action attempted, but failed"),

  /** The file is malicious, and its item action succeeded. */
  ACTION_SUCCEEDED("action succeeded"),

  /** The pipeline gave the file up; it is a dead letter. */
  FAILED("failed"),

  /** The job was cancelled while the file was pending. */
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
