package io.dsxconnect.contract;

/** An enum constant with a name of its own in JSON. */
public interface WireName {
  /** {@return the name in JSON, which never changes} */
  String wire();
}
