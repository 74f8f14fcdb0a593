package io.dsxconnect.core.scanner;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file's bytes on their way to the scanner: counted, hashed, held to a limit, and checked against
 * the length that was announced. Used by one thread.
 */
public final class MeasuredStream extends FilterInputStream {
  private static final int NONE = -2;

  private final long announced;
  private final long limit;
  private final MessageDigest digest;
  private long count;
  private boolean ended;

  /** The byte that was awaited, or the end; {@link #NONE} when it was read. */
  private int first = NONE;

  /**
   * @param announced length; -1 when unknown
   * @param limit the most bytes let through; 0 for no limit
   */
  public MeasuredStream(InputStream in, long announced, long limit) {
    super(in);
    this.announced = announced;
    this.limit = limit;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The file is larger than the limit. */
  public static final class LimitExceeded extends IOException {
    private static final long serialVersionUID = 1L;

    LimitExceeded(long limit) {
      super("the file is larger than " + limit + " bytes");
    }
  }

  /** The source ended before its announced length. */
  public static final class CutShort extends IOException {
    private static final long serialVersionUID = 1L;

    CutShort(long count, long announced) {
      super("the file was cut: " + count + " of " + announced + " bytes came");
    }
  }

  /**
   * Waits for the first byte, or for the end of an empty file; it is still to be read afterwards.
   *
   * @return whether there is a byte
   */
  public boolean awaitFirst() throws IOException {
    if (count == 0 && first == NONE) {
      first = in.read();
    }
    return first != -1;
  }

  /** What was awaited comes first, and alone. */
  private int next(byte[] buffer, int off, int len) throws IOException {
    if (first == NONE || len == 0) {
      return in.read(buffer, off, len);
    }
    if (first < 0) {
      return first;
    }
    buffer[off] = (byte) first;
    first = NONE;
    return 1;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int off, int len) throws IOException {
    int n = next(buffer, off, len);
    if (n < 0) {
      if (announced >= 0 && count != announced) {
        throw new CutShort(count, announced);
      }
      ended = true;
      return n;
    }
    count += n;
    if (limit > 0 && count > limit) {
      throw new LimitExceeded(limit);
    }
    digest.update(buffer, off, n);
    return n;
  }

  @Override
  public long skip(long n) {
    return 0;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** The length that was announced; -1 when unknown. */
  public long announced() {
    return announced;
  }

  /** Bytes so far. */
  public long count() {
    return count;
  }

  /** Whether the source was read to its end and had its announced length. */
  public boolean ended() throws IOException {
    // Whoever reads an announced length exactly never asks for the end: ask here.
    return ended || (announced >= 0 && count == announced && read() < 0);
  }

  /** SHA-256 of the bytes so far, as lower-case hex. Call once, at the end. */
  public String sha256Hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
