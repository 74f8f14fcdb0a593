package io.dsxconnect.core.worker;

import com.fasterxml.jackson.annotation.JsonValue;
import io.dsxconnect.contract.WireName;

/** Whether the scanner takes files, from the best state to the worst. */
public enum ScannerState implements WireName {
  /** No live scan worker has heard of the scanner yet. */
  UNKNOWN("unknown"),

  /** It takes files. */
  READY("ready"),

  /** It refused a request for lack of capacity within the last minute. */
  BUSY("busy"),

  /** It answers, but in the last minute several files failed and none got a verdict. */
  FAILING("failing"),

  /** It gives no verdict to any file; all files wait. */
  UNAVAILABLE("unavailable"),

  /** No setting names a scanner. */
  NOT_CONFIGURED("not_configured");

  private final String wire;

  ScannerState(String wire) {
    this.wire = wire;
  }

  @Override
  @JsonValue
  public String wire() {
    return wire;
  }

  /** The state of this name; {@link #UNKNOWN} for any other text. */
  static ScannerState of(String wire) {
    for (ScannerState state : values()) {
      if (state.wire.equals(wire)) {
        return state;
      }
    }
    return UNKNOWN;
  }
}
