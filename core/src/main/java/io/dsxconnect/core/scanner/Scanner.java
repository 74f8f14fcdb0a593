package io.dsxconnect.core.scanner;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Judges the bytes of files. Thread-safe. */
public interface Scanner {

  /**
   * Streams a file to the scanner and blocks for its answer. Failures of the network and of the
   * scanner are outcomes, not exceptions.
   *
   * @throws SourceFailure when reading the source fails; carries its {@link IOException}
   */
  ScanOutcome scan(Submission submission) throws SourceFailure;

  /**
   * Scans a few harmless bytes, to find out whether files would get a verdict now. Blocks for at
   * most 30 s per step of the exchange, less when the scanner timeout is shorter.
   */
  ScanOutcome probe();

  /** Name and, once known, version of the engine, as every result carries it. */
  String engine();

  /**
   * One file on its way to the scanner.
   *
   * @param length in bytes; -1 when unknown, which sends it chunked
   * @param source read once, to its end, through a buffer of at most 64 KiB; not closed
   * @param metadata file location and the like, any characters; the client encodes it
   * @param password of an encrypted file; null for none
   */
  record Submission(InputStream source, long length, String metadata, @Nullable String password) {}

  /** Reading the source failed. The scanner's answer, if any, is not a verdict on the file. */
  final class SourceFailure extends Exception {
    private static final long serialVersionUID = 1L;

    public SourceFailure(IOException cause) {
      super(cause);
    }

    /** The failure of the source. */
    public IOException ioCause() {
      return (IOException) java.util.Objects.requireNonNull(getCause());
    }
  }
}
