package io.dsxconnect.contract;

/** An enum constant with a name of its own in JSON. */
public interface WireName {
  /** The name in JSON. */
  String wire();
}
