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
 * A stream of a file that can verify, after its last byte, that the file still has the content that
 * was read. Confined to one thread.
 */
final class VerifiedRead extends FilterInputStream {
  /** Files up to this length are measured when their size is 0, as in procfs and some FUSE. */
  private static final int MAX_UNSIZED_BYTES = 128 * 1024;

  /** Less than the 30 s for which the core waits for the last bytes. */
  private static final Duration REREAD_TIMEOUT = Duration.ofSeconds(20);

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
   * Opens the file.
   *
   * @param file closed together with the stream; by the caller when this throws
   */
  static VerifiedRead of(ContainedFile file) throws IOException {
    ContainedFile.Stamp stamp = file.stamp();
    InputStream in = file.open(stamp);
    boolean begun = false;
    try {
      VerifiedRead read = new VerifiedRead(file, stamp, in, stamp.size());
      if (stamp.size() == 0) {
        read = unsized(file, stamp, in);
      }
      begun = true;
      return read;
    } finally {
      if (!begun) {
        in.close();
      }
    }
  }

  private static VerifiedRead unsized(ContainedFile file, ContainedFile.Stamp stamp, InputStream in)
      throws IOException {
    byte[] start = in.readNBytes(MAX_UNSIZED_BYTES + 1);
    InputStream all = new SequenceInputStream(new ByteArrayInputStream(start), in);
    return new VerifiedRead(file, stamp, all, start.length > MAX_UNSIZED_BYTES ? 0 : start.length);
  }

  /** The size of the file in bytes; measured, up to 128 KiB, when the file system reports 0. */
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
   * Verifies the file after its last byte was read. If its status changed but neither size nor time
   * of modification, the file is read again and its content is compared, in 20 s at most.
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
        || !seen.equals(rereadDigest(now))
        || !file.stamp().differsInStatusAtMost(stamp)) {
      throw new IOException("the file changed while it was read");
    }
  }

  /** The digest of the current content; null where another file could be read instead. */
  private @Nullable String rereadDigest(ContainedFile.Stamp now) throws IOException {
    return PathHandle.available() ? file.sha256(now, REREAD_TIMEOUT) : null;
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
