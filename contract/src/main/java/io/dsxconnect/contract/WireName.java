package io.dsxconnect.contract;

/** An enum constant that has its own spelling on the wire. */
public interface WireName {
  String wire();
}
