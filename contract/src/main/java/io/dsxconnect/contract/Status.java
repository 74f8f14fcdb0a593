package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/** The result of a request; the {@code status} of every {@link StatusResponse}. */
public enum Status implements WireName {
  /** The request succeeded. */
  SUCCESS("success"),

  /** The request failed; the message says why. */
  ERROR("error"),

  /** Nothing was done, or the outcome of an action is unconfirmed. */
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
