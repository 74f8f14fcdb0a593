package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/** What happens to a malicious file. */
public enum ItemAction implements WireName {
  NOT_IMPLEMENTED("not implemented"),
  NOTHING("nothing"),
  DELETE("delete"),
  MOVE("move"),
  TAG("tag"),
  MOVE_TAG("movetag");

  private final String wire;

  ItemAction(String wire) {
    this.wire = wire;
  }

  @Override
  @JsonValue
  public String wire() {
    return wire;
  }
}
