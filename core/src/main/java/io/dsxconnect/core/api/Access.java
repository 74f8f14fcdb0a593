package io.dsxconnect.core.api;

/** Who may call a route once authentication is on. Every route must say. */
public enum Access {
  /** Anybody, always: health, version, what connectors call unsigned. */
  OPEN,
  /** Whoever has an enrolment token. */
  ENROLMENT,
  /** A connector, by its DSX-HMAC signature. */
  CONNECTOR,
  /** Either of the two. */
  ENROLMENT_OR_CONNECTOR,
  /** An operator who may look. */
  VIEWER,
  /** An operator who may steer jobs and connectors. */
  OPERATOR,
  /** An operator who may change the configuration and discard evidence. */
  ADMIN
}
