package io.dsxconnect.connector;

import java.io.IOException;
import java.io.InputStream;

/** The outcome of {@link Repository#open}. */
public sealed interface Opened {

  /**
   * A readable file. The kit reads {@code stream} to its end, then calls {@link Unchanged#check},
   * and sends the last bytes only if that passes: a file that changed while it was read is never
   * sent as complete. Used by one thread.
   *
   * @param stream the content; the kit closes it in every case
   * @param size the exact number of bytes. A stream that is shorter or longer counts as a changed
   *     file
   * @param unchanged checks the file after the last byte was read
   */
  record Content(InputStream stream, long size, Unchanged unchanged) implements Opened {}

  /**
   * The file does not exist (any more). Answered with 404.
   *
   * @param reason for the core and its record
   */
  record Missing(String reason) implements Opened {}

  /**
   * The file exists but access is denied, or it is outside the asset. Answered with 403.
   *
   * @param reason for the core and its record
   */
  record Denied(String reason) implements Opened {}

  /**
   * The repository is unavailable; the core retries. Answered with 503.
   *
   * @param reason for the core and its record
   */
  record Unavailable(String reason) implements Opened {}

  /** Checks whether the file is still the one that was opened. */
  interface Unchanged {
    /**
     * Called at most once, after the last byte was read and before the stream is closed.
     *
     * @throws IOException when the file was changed or replaced since it was opened, or this cannot
     *     be determined; its message is reported to the core
     */
    void check() throws IOException;
  }
}
