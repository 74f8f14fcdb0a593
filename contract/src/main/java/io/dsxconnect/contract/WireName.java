package io.dsxconnect.contract;

/** An enum constant whose name in JSON differs. */
public interface WireName {
  /** {@return the name in JSON, which never changes} */
  String wire();
}
