package io.dsxconnect.routes;

/** Who may call a route once authentication is on. Every route must say. */
public enum Access {
  /** Anybody, always: health, version, what connectors call unsigned. */
  OPEN,
  /** Whoever has an enrolment token. */
  ENROLMENT,
  /** A connector, by its DSX-HMAC signature. */
  CONNECTOR,
  /** The core, by its DSX-HMAC signature: what connectors serve. */
  CORE,
  /** An enrolment token or a connector. */
  ENROLMENT_OR_CONNECTOR,
  /** A client of a scanner, by its {@code AUTH_TOKEN}: what the stand-in serves. */
  SCANNER_TOKEN,
  /** An operator who may look. */
  VIEWER,
  /** An operator who may steer jobs and connectors. */
  OPERATOR,
  /** An operator who may change the configuration and discard evidence. */
  ADMIN
}
