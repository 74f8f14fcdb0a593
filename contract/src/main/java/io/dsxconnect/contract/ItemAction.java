package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/** What happens to a malicious file. */
public enum ItemAction implements WireName {
  /** The connector does not implement the action, or no action could be taken. */
  NOT_IMPLEMENTED("not implemented"),

  /** The file stays as it is. */
  NOTHING("nothing"),

  /** The file is deleted. */
  DELETE("delete"),

  /** The file is moved to the configured or the requested place. */
  MOVE("move"),

  /** The file stays in its place and gets tags. */
  TAG("tag"),

  /** The file gets tags and is moved. */
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
