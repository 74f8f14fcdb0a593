package io.dsxconnect.connector.filesystem;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One reading of a file, which in the end knows whether what was read is what the file holds. For
 * one thread.
 */
final class VerifiedRead extends FilterInputStream {
  /** What a size of 0 is not believed for: files of proc and of some FUSE file systems say so. */
  private static final int UNSIZED = 128 * 1024;

  /** The core waits for the last bytes meanwhile, 30 s at most. */
  private static final Duration LONGEST_SECOND_LOOK = Duration.ofSeconds(20);

  private final ContainedFile file;
  private final ContainedFile.Stamp stamp;
  private final MessageDigest digest = ContainedFile.newSha256();
  private final long size;

  private VerifiedRead(ContainedFile file, ContainedFile.Stamp stamp, InputStream in, long size) {
    super(in);
    this.file = file;
    this.stamp = stamp;
    this.size = size;
  }

  /**
   * Begins to read.
   *
   * @param file closed together with the stream; by the caller when this throws
   */
  static VerifiedRead of(ContainedFile file) throws IOException {
    ContainedFile.Stamp stamp = file.stamp();
    InputStream in = file.open(stamp);
    boolean begun = false;
    try {
      VerifiedRead reading = new VerifiedRead(file, stamp, in, stamp.size());
      if (stamp.size() == 0) {
        reading = unsized(file, stamp, in);
      }
      begun = true;
      return reading;
    } finally {
      if (!begun) {
        in.close();
      }
    }
  }

  private static VerifiedRead unsized(ContainedFile file, ContainedFile.Stamp stamp, InputStream in)
      throws IOException {
    byte[] start = in.readNBytes(UNSIZED + 1);
    InputStream all = new SequenceInputStream(new ByteArrayInputStream(start), in);
    return new VerifiedRead(file, stamp, all, start.length > UNSIZED ? 0 : start.length);
  }

  /** How many bytes the file says that it holds, or holds although it says 0. */
  long size() {
    return size;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int off, int len) throws IOException {
    int n = in.read(buffer, off, len);
    if (n > 0) {
      digest.update(buffer, off, n);
    }
    return n;
  }

  /**
   * After the last byte was read. When at most links, mode or owner changed meanwhile, or somebody
   * backdated a change of the content, the file is read again and the content decides.
   *
   * @throws IOException when the file is no longer the one that was read
   */
  void requireUnchanged() throws IOException {
    ContainedFile.Stamp now = file.stamp();
    if (now.equals(stamp)) {
      return;
    }
    String seen = ContainedFile.hex(digest);
    if (!now.differsInStatusAtMost(stamp)
        || !seen.equals(again(now))
        || !file.stamp().differsInStatusAtMost(stamp)) {
      throw new IOException("the file changed while it was read");
    }
  }

  /** The digest of the content now; null where it cannot be sure to be that of this file. */
  private @Nullable String again(ContainedFile.Stamp now) throws IOException {
    return PathHandle.available() ? file.sha256(now, LONGEST_SECOND_LOOK) : null;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  @Override
  public void close() throws IOException {
    try (file) {
      super.close();
    }
  }
}
