package io.dsxconnect.routes;

/** Who may call a route while authentication is on. */
public enum Access {
  /** Everyone: health, version, and routes that connectors call without a signature. */
  OPEN,
  /** A client with an enrolment token. */
  ENROLMENT,
  /** A connector with its DSX-HMAC signature. */
  CONNECTOR,
  /** The core with its DSX-HMAC signature: routes of connectors. */
  CORE,
  /** A client with an enrolment token, or a connector with its signature. */
  ENROLMENT_OR_CONNECTOR,
  /** A scanner's client with its {@code AUTH_TOKEN}: routes of the stand-in. */
  SCANNER_TOKEN,
  /** An operator with read access. */
  VIEWER,
  /** An operator who may control jobs and connectors. */
  OPERATOR,
  /** An operator who may change the configuration and discard dead letters. */
  ADMIN
}
