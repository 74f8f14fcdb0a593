package io.dsxconnect.http.tls;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Recognizes common formats of keys and certificates that {@link Pem} does not read, and names the
 * command that converts them. Thread-safe.
 */
final class KeyFormatHints {
  private KeyFormatHints() {}

  /**
   * Names the format of a file that should contain a private key.
   *
   * @param text the file's content, one character per byte
   * @return the format and the command to convert it; empty if the format is unknown
   */
  static Optional<String> key(Path file, String text) {
    if (text.contains("Proc-Type: 4,ENCRYPTED")) {
      return Optional.of(is(file, "encrypted", "openssl pkey -in " + file + " -out NEW"));
    }
    if (text.contains("-----BEGIN OPENSSH PRIVATE KEY-----")) {
      return Optional.of(
          is(file, "an OpenSSH key", "ssh-keygen -p -m PKCS8 -f COPY") + " on a copy of it");
    }
    return encoded(file, text, "openssl pkey -inform DER -in " + file + " -out NEW");
  }

  /** Like {@link #key}, for a file that should contain certificates. */
  static Optional<String> certificate(Path file, String text) {
    if (text.contains("-----BEGIN TRUSTED CERTIFICATE-----")) {
      return Optional.of(
          is(file, "OpenSSL's TRUSTED CERTIFICATE", "openssl x509 -in " + file + " -out NEW"));
    }
    if (text.contains("-----BEGIN PKCS7-----")) {
      return Optional.of(
          is(file, "PKCS#7", "openssl pkcs7 -print_certs -in " + file + " -out NEW"));
    }
    return encoded(file, text, "openssl x509 -inform DER -in " + file + " -out NEW");
  }

  private static Optional<String> encoded(Path file, String text, String fromDer) {
    byte[] start =
        text.substring(0, Math.min(text.length(), 16)).getBytes(StandardCharsets.ISO_8859_1);
    if (startsWith(start, 0xff, 0xfe) || startsWith(start, 0xfe, 0xff)) {
      return Optional.of(is(file, "UTF-16", "iconv -f UTF-16 -t UTF-8 " + file + " >NEW"));
    }
    if (!startsWith(start, 0x30)) {
      return Optional.empty();
    }
    // RFC 7292: a PFX begins with its version, the integer 3.
    int length = start.length > 1 && (start[1] & 0x80) != 0 ? start[1] & 0x7f : 0;
    int at = 2 + length;
    boolean pfx =
        start.length > at + 2 && start[at] == 2 && start[at + 1] == 1 && start[at + 2] == 3;
    return Optional.of(
        pfx
            ? is(file, "PKCS#12", "openssl pkcs12 -nodes -in " + file + " -out NEW")
            : is(file, "DER", fromDer));
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    for (int i = 0; i < start.length; i++) {
      if (bytes.length <= i || (bytes[i] & 0xff) != start[i]) {
        return false;
      }
    }
    return true;
  }

  private static String is(Path file, String what, String command) {
    return file + " is " + what + ", which is not supported; convert it with '" + command + "'";
  }
}
