package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/** The state that a connector reports when it registers. */
public enum ConnectorStatus implements WireName {
  READY("ready"),
  STARTING("starting"),
  STOPPED("stopped"),
  FAILED("failed");

  private final String wire;

  ConnectorStatus(String wire) {
    this.wire = wire;
  }

  @Override
  @JsonValue
  public String wire() {
    return wire;
  }
}
