package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/** The result of a request; the {@code status} of every {@link StatusResponse}. */
public enum Status implements WireName {
  SUCCESS("success"),
  ERROR("error"),
  NOTHING("nothing");

  private final String wire;

  Status(String wire) {
    this.wire = wire;
  }

  @Override
  @JsonValue
  public String wire() {
    return wire;
  }
}
