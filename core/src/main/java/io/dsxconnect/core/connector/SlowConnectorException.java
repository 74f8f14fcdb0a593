package io.dsxconnect.core.connector;

import java.io.IOException;

/** A connector sends a file more slowly than {@link MinimumRate} allows. */
public final class SlowConnectorException extends IOException {
  private static final long serialVersionUID = 1L;

  SlowConnectorException(String message) {
    super(message);
  }

  /** The message, for an operator. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
