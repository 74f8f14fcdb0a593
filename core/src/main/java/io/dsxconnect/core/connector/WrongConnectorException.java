package io.dsxconnect.core.connector;

import io.dsxconnect.contract.Printable;
import java.io.IOException;

/** Another connector answers at the address of the one that was called; the message names both. */
public final class WrongConnectorException extends IOException {
  private static final long serialVersionUID = 1L;

  WrongConnectorException(String url, String meant, String found) {
    super(
        "connector "
            + Printable.of(meant)
            + " is registered at "
            + Printable.of(url)
            + ", but connector "
            + Printable.of(found)
            + " answers there; set DSXCONNECTOR_CONNECTOR_URL of both to their own addresses");
  }

  /** The message, for an operator. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
