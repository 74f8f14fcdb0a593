package io.dsxconnect.connector;

import java.io.IOException;
import java.io.InputStream;

/** The outcome of opening a file. */
public sealed interface Opened {

  /**
   * A readable file. The kit reads {@code stream} to its end, then asks {@link Unchanged#check};
   * only if that passes does it let the last bytes go, so that a file which changed or was cut
   * while it was read is never taken for whole.
   *
   * @param size exact; exactly so many bytes are sent
   */
  record Content(InputStream stream, long size, Unchanged unchanged) implements Opened {}

  /** There is no such file (any more). */
  record Missing(String reason) implements Opened {}

  /** The file is there but may not or cannot be read, or lies outside the asset. */
  record Denied(String reason) implements Opened {}

  /** The repository itself is in trouble; worth another try. */
  record Unavailable(String reason) implements Opened {}

  /**
   * Called after the last byte was read; throws when the file is no longer the one that was opened.
   */
  interface Unchanged {
    void check() throws IOException;
  }
}
