package io.dsxconnect.standin;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What one pass over a file's bytes found. */
record Scan(boolean eicar, long length, String sha256, String fileType, long micros) {
  private static final int BUFFER = 64 * 1024;

  /**
   * Reads to the end.
   *
   * @param announced bytes that must come; -1 when not known
   * @throws EOFException when fewer came: a part of a file gets no verdict
   */
  static Scan of(InputStream in, long announced, boolean decoded) throws IOException {
    long start = System.nanoTime();
    MessageDigest digest = sha256Digest();
    Eicar eicar = new Eicar();
    byte[] buffer = new byte[BUFFER];
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
      throw new EOFException(length + " of " + announced + " bytes came");
    }
    return new Scan(
        eicar.found(),
        length,
        HexFormat.of().formatHex(digest.digest()),
        type,
        (System.nanoTime() - start) / 1000);
  }

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
    if (starts(head, n, 'P', 'K', 3, 4)) {
      return "ZIPFileType";
    }
    if (starts(head, n, '%', 'P', 'D', 'F')) {
      return "PDFFileType";
    }
    if (starts(head, n, 'M', 'Z')) {
      return "PEFileType";
    }
    if (starts(head, n, 0x7f, 'E', 'L', 'F')) {
      return n > 4 && head[4] == 2 ? "ELF64FileType" : "ELF32FileType";
    }
    for (int i = 0; i < Math.min(n, 512); i++) {
      if (head[i] == 0) {
        return "Unknown";
      }
    }
    return "TextFileType";
  }

  private static boolean starts(byte[] head, int n, int... magic) {
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
