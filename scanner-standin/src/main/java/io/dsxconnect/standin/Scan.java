package io.dsxconnect.standin;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The result of one pass over a file's bytes. Immutable.
 *
 * @param eicar whether the EICAR test string was found
 * @param length in bytes
 * @param sha256 lower-case hex
 * @param fileType in DSXA's terms; {@code Unknown} if not recognized
 * @param micros duration in microseconds
 */
record Scan(boolean eicar, long length, String sha256, String fileType, long micros) {
  private static final int BUFFER_BYTES = 64 * 1024;

  /**
   * Reads a stream to its end.
   *
   * @param announced the expected length in bytes; -1 if unknown
   * @param decoded whether {@code in} decodes the announced bytes, so that lengths differ
   * @throws EOFException if the length differs: a part of a file gets no verdict
   */
  static Scan of(InputStream in, long announced, boolean decoded) throws IOException {
    long start = System.nanoTime();
    MessageDigest digest = sha256Digest();
    Eicar eicar = new Eicar();
    byte[] buffer = new byte[BUFFER_BYTES];
    long length = 0;
    String type = "Unknown";
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (length == 0 && n > 0) {
        type = typeOf(buffer, n);
      }
      eicar.update(buffer, n);
      digest.update(buffer, 0, n);
      length += n;
    }
    if (announced >= 0 && !decoded && length != announced) {
      throw new EOFException(length + " of " + announced + " bytes received");
    }
    return new Scan(
        eicar.found(),
        length,
        HexFormat.of().formatHex(digest.digest()),
        type,
        (System.nanoTime() - start) / 1000);
  }

  /** The result of a scan of no bytes. */
  static Scan ofNothing() {
    return new Scan(false, 0, HexFormat.of().formatHex(sha256Digest().digest()), "Unknown", 0);
  }

  private static MessageDigest sha256Digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String typeOf(byte[] head, int n) {
    if (startsWith(head, n, 'P', 'K', 3, 4)) {
      return "ZIPFileType";
    }
    if (startsWith(head, n, '%', 'P', 'D', 'F')) {
      return "PDFFileType";
    }
    if (startsWith(head, n, 'M', 'Z')) {
      return "PEFileType";
    }
    if (startsWith(head, n, 0x7f, 'E', 'L', 'F')) {
      return n > 4 && head[4] == 2 ? "ELF64FileType" : "ELF32FileType";
    }
    for (int i = 0; i < Math.min(n, 512); i++) {
      if (head[i] == 0) {
        return "Unknown";
      }
    }
    return "TextFileType";
  }

  private static boolean startsWith(byte[] head, int n, int... magic) {
    if (n < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((head[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
