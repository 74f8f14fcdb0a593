package io.dsxconnect.core.connector;

import java.io.IOException;

/** A connector's answer does not come fast enough; the message says so to an operator. */
public final class SlowConnectorException extends IOException {
  private static final long serialVersionUID = 1L;

  SlowConnectorException(String message) {
    super(message);
  }

  /** For an operator. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
