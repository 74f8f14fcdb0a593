package io.dsxconnect.core.scanner;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Counts and hashes a file's bytes, enforces a size limit, and checks the announced length.
 * Confined to one thread.
 */
public final class MeasuredStream extends FilterInputStream {
  private static final int NOT_READ_AHEAD = -2;

  private final long announced;
  private final long limit;
  private final MessageDigest digest;
  private long count;
  private boolean ended;

  /** The byte read ahead, or -1 for the end; {@link #NOT_READ_AHEAD} when there is none. */
  private int first = NOT_READ_AHEAD;

  /**
   * @param announced length in bytes; -1 when unknown
   * @param limit maximum number of bytes; 0 for no limit
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

  /** Thrown by a read when the file is larger than the limit. */
  public static final class LimitExceeded extends IOException {
    private static final long serialVersionUID = 1L;

    LimitExceeded(long limit) {
      super("the file is larger than " + limit + " bytes");
    }
  }

  /** Thrown by a read when the length of the source differs from the announced one. */
  public static final class CutShort extends IOException {
    private static final long serialVersionUID = 1L;

    CutShort(long count, long announced) {
      super("the file was truncated: " + count + " of " + announced + " bytes arrived");
    }
  }

  /**
   * Blocks until the first byte or the end of an empty file. The byte is still read afterwards.
   *
   * @return whether there is a byte
   * @throws IOException when the source fails
   */
  public boolean awaitFirst() throws IOException {
    if (count == 0 && first == NOT_READ_AHEAD) {
      first = in.read();
    }
    return first != -1;
  }

  /** Returns the byte read ahead first, on its own. */
  private int next(byte[] buffer, int off, int len) throws IOException {
    if (first == NOT_READ_AHEAD || len == 0) {
      return in.read(buffer, off, len);
    }
    if (first < 0) {
      return first;
    }
    buffer[off] = (byte) first;
    first = NOT_READ_AHEAD;
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

  /** The announced length in bytes; -1 when unknown. */
  public long announced() {
    return announced;
  }

  /** The number of bytes read so far. */
  public long count() {
    return count;
  }

  /**
   * Whether the source was read to its end and had its announced length. May read once more, and so
   * block.
   *
   * @throws IOException when that read fails, or the source is longer than announced
   */
  public boolean ended() throws IOException {
    // A reader of exactly the announced length never reads the end, so read it here.
    return ended || (announced >= 0 && count == announced && read() < 0);
  }

  /**
   * SHA-256 of the bytes read so far, as lower-case hex. Call once, at the end: it resets the hash.
   */
  public String sha256Hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
