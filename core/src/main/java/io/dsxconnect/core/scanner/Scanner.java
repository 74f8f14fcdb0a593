package io.dsxconnect.core.scanner;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Judges the bytes of one file. Thread-safe. */
public interface Scanner {

  /**
   * Streams a file to the scanner and waits for its verdict. Never throws for what a network or a
   * scanner may do; an {@link IOException} is the source's own, passed through unchanged.
   */
  ScanOutcome scan(Submission submission) throws SourceFailure;

  /**
   * Asks for a verdict on a few harmless bytes, to learn whether files would get one now. Waits for
   * at most half a minute, whatever a file may take.
   */
  ScanOutcome probe();

  /** Name and, once known, version of the engine; every result carries it. */
  String engine();

  /**
   * One file on its way to the scanner.
   *
   * @param length in bytes; -1 when unknown, which sends it chunked
   * @param source read once, to its end, through a fixed buffer
   * @param metadata file location and the like, any characters; the client makes it safe
   */
  record Submission(InputStream source, long length, String metadata, @Nullable String password) {}

  /** Reading the source failed; the scanner's answer, if any, must not be used. */
  final class SourceFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public SourceFailure(IOException cause) {
      super(cause);
    }

    public IOException ioCause() {
      return (IOException) java.util.Objects.requireNonNull(getCause());
    }
  }
}
