package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/** The state that a connector reports when it registers. */
public enum ConnectorStatus implements WireName {
  /** The repository is available; registered with a core at least once, or used without one. */
  READY("ready"),

  /** The repository is available; not registered with a core yet. */
  STARTING("starting"),

  /** Shut down; the connectors of this project never report it. */
  STOPPED("stopped"),

  /** The repository is unavailable. */
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
