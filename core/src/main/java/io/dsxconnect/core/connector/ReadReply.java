package io.dsxconnect.core.connector;

import java.io.IOException;
import java.io.InputStream;
import org.slf4j.LoggerFactory;

/** What became of asking for a file. */
public sealed interface ReadReply {
  /**
   * The file's bytes.
   *
   * @param length as announced; -1 when unknown
   */
  record Content(InputStream stream, long length) implements ReadReply {

    /** Cuts the connection without reading further. */
    public void discard() {
      try {
        stream.close();
      } catch (IOException e) {
        LoggerFactory.getLogger(ReadReply.class)
            .debug("a connection that is not wanted any more broke: {}", e.getMessage());
      }
    }
  }

  /** The connector says that the file is not there or may not be read. */
  record Unreadable(String reason) implements ReadReply {}

  /** Another connector answered: nothing of it is used. */
  record Misdirected(String reason) implements ReadReply {}

  /** The file changed while the connector read it; it may be at rest later. */
  record Changed(String reason) implements ReadReply {}

  /** Nobody answers at the connector's address. */
  record Down(String reason) implements ReadReply {}

  /** An error that may pass. */
  record Failed(String tag, String reason) implements ReadReply {}
}
