package io.dsxconnect.core.connector;

import java.io.IOException;
import java.io.InputStream;
import org.slf4j.LoggerFactory;

/** The outcome of {@link ConnectorClient#read}. Its reasons are for an operator. */
public sealed interface ReadReply {
  /**
   * The file's bytes.
   *
   * @param stream to be closed by the receiver
   * @param length in bytes as announced; -1 when unknown
   */
  record Content(InputStream stream, long length) implements ReadReply {

    /** Cuts the connection without reading further. */
    public void discard() {
      try {
        stream.close();
      } catch (IOException e) {
        LoggerFactory.getLogger(ReadReply.class)
            .debug("closing an unused connection failed: {}", e.getMessage());
      }
    }
  }

  /** The file does not exist or cannot be read, or the answer is not the file. */
  record Unreadable(String reason) implements ReadReply {}

  /** Another connector answered; its answer is discarded. */
  record Misdirected(String reason) implements ReadReply {}

  /** The file changed while the connector read it; a later read may succeed. */
  record Changed(String reason) implements ReadReply {}

  /** The connector is unavailable. */
  record Down(String reason) implements ReadReply {}

  /**
   * The call failed in a way that may pass.
   *
   * @param tag kind of failure, for example {@code connector_server}; selects the retry rule
   */
  record Failed(String tag, String reason) implements ReadReply {}
}
