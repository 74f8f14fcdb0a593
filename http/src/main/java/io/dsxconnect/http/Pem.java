package io.dsxconnect.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PEM files (RFC 7468): certificates, and unencrypted keys as PKCS#8, PKCS#1 (RSA) or SEC 1 (EC),
 * which is all that OpenSSL and the usual issuers write.
 */
final class Pem {
  private static final long LONGEST = 4 << 20;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final byte[] RSA =
      der(0x30, der(0x06, bytes(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01)), der(0x05));
  private static final byte[] EC = der(0x06, bytes(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01));
  private static final int OBJECT_ID = 0x06;
  private static final int EC_PARAMETERS = 0xa0;

  private Pem() {}

  /** The certificates of a file, in its order; at least one. */
  static List<X509Certificate> certificates(Path file) throws UnusableFile {
    List<X509Certificate> found = new ArrayList<>();
    Matcher block = BLOCK.matcher(text(file));
    try {
      CertificateFactory x509 = CertificateFactory.getInstance("X.509");
      while (block.find()) {
        if (block.group(1).equals("CERTIFICATE")) {
          found.add(
              (X509Certificate)
                  x509.generateCertificate(new ByteArrayInputStream(content(file, block))));
        }
      }
    } catch (CertificateException e) {
      throw new UnusableFile(file + " holds a certificate that is broken");
    }
    if (found.isEmpty()) {
      throw new UnusableFile(file + " holds no PEM certificate (-----BEGIN CERTIFICATE-----)");
    }
    return found;
  }

  /** The first private key of a file. */
  static PrivateKey key(Path file) throws UnusableFile {
    Matcher block = BLOCK.matcher(text(file));
    while (block.find()) {
      switch (block.group(1)) {
        case "PRIVATE KEY" -> {
          return key(file, content(file, block));
        }
        case "RSA PRIVATE KEY" -> {
          return key(file, pkcs8(RSA, content(file, block)));
        }
        case "EC PRIVATE KEY" -> {
          byte[] key = content(file, block);
          return key(file, pkcs8(der(0x30, EC, curve(file, key)), key));
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw new UnusableFile(
                file
                    + " is encrypted; decrypt it, for example with 'openssl pkey -in KEY -out KEY'");
        default -> {
          // Certificates and EC PARAMETERS may stand beside the key.
        }
      }
    }
    throw new UnusableFile(file + " holds no PEM private key (-----BEGIN PRIVATE KEY-----)");
  }

  private static PrivateKey key(Path file, byte[] pkcs8) throws UnusableFile {
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException e) {
        // Not of this kind; the next.
      }
    }
    throw new UnusableFile(
        file + " holds a private key that is broken, or neither RSA, EC nor EdDSA");
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return der(0x30, der(0x02, bytes(0)), algorithm, der(0x04, key));
  }

  /** The curve's object id, which SEC 1 keeps within the key and PKCS#8 wants outside. */
  private static byte[] curve(Path file, byte[] sec1) throws UnusableFile {
    for (int i = 0; i + 2 < sec1.length; i++) {
      int length = sec1[i + 1] & 0xff;
      if ((sec1[i] & 0xff) == EC_PARAMETERS
          && sec1[i + 2] == OBJECT_ID
          && i + 2 + length <= sec1.length
          && (sec1[i + 3] & 0xff) == length - 2) {
        return java.util.Arrays.copyOfRange(sec1, i + 2, i + 2 + length);
      }
    }
    throw new UnusableFile(
        file + " does not name its curve; convert it with 'openssl pkcs8 -topk8 -nocrypt'");
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(tag);
    int length = content.size();
    if (length > 0xff) {
      all.write(0x82);
      all.write(length >> 8);
    } else if (length > 0x7f) {
      all.write(0x81);
    }
    all.write(length);
    all.writeBytes(content.toByteArray());
    return all.toByteArray();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] content(Path file, Matcher block) throws UnusableFile {
    try {
      return Base64.getMimeDecoder().decode(block.group(2));
    } catch (IllegalArgumentException e) {
      throw new UnusableFile(file + " is not PEM: its " + block.group(1) + " is not Base64");
    }
  }

  private static String text(Path file) throws UnusableFile {
    try {
      if (Files.size(file) > LONGEST) {
        throw new UnusableFile(file + " is too large for a PEM file");
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UnusableFile(file + " " + why(file, e));
    }
  }

  /** Who cannot read what: the usual trouble with keys in containers. */
  private static String why(Path file, IOException e) {
    if (e instanceof NoSuchFileException) {
      return "does not exist";
    }
    String owner = "";
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      owner =
          ": it belongs to uid "
              + Files.getAttribute(file, "unix:uid")
              + " with mode "
              + PosixFilePermissions.toString(mode);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException ignored) {
      owner = ": " + e.getClass().getSimpleName();
    }
    return "cannot be read by uid " + uid() + owner;
  }

  private static String uid() {
    try {
      return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return System.getProperty("user.name", "?");
    }
  }
}
