package io.dsxconnect.core.attention;

import com.fasterxml.jackson.annotation.JsonValue;
import io.dsxconnect.contract.WireName;

/** How urgent a trouble is, from the most urgent. */
public enum Severity implements WireName {
  /** Files are not protected, or no work is done. */
  CRITICAL("critical"),

  /** A part of the work is not done, or soon will not be. */
  WARNING("warning"),

  /** Work goes on, but a person may want to know. */
  INFO("info");

  private final String wire;

  Severity(String wire) {
    this.wire = wire;
  }

  @Override
  @JsonValue
  public String wire() {
    return wire;
  }
}
