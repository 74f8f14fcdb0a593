package io.dsxconnect.http.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads PEM files (RFC 7468): certificates, and unencrypted keys as PKCS#8, PKCS#1 (RSA) or SEC 1
 * (EC), the formats that OpenSSL and common issuers write. Thread-safe.
 */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final byte[] RSA_ALGORITHM =
      der(0x30, der(0x06, bytes(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01)), der(0x05));
  private static final byte[] EC_ALGORITHM =
      der(0x06, bytes(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01));
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;
  private static final int OCTETS = 0x04;
  private static final int OBJECT_ID = 0x06;
  private static final int EC_PARAMETERS = 0xa0;

  private Pem() {}

  /**
   * Reads the certificates of a file, in its order.
   *
   * @return at least one
   * @throws UnusableFileException if the file has none, has an invalid one, or cannot be read
   */
  static List<X509Certificate> certificates(Path file) throws UnusableFileException {
    List<X509Certificate> found = new ArrayList<>();
    String text = PemFile.text(file);
    Matcher block = BLOCK.matcher(text);
    int number = 0;
    try {
      CertificateFactory x509 = CertificateFactory.getInstance("X.509");
      while (block.find()) {
        if (block.group(1).equals("CERTIFICATE")) {
          number++;
          found.add(
              (X509Certificate)
                  x509.generateCertificate(new ByteArrayInputStream(content(file, block))));
        }
      }
    } catch (CertificateException e) {
      throw new UnusableFileException(
          file + " has an invalid certificate (number " + number + " in the file)");
    }
    if (found.isEmpty()) {
      throw new UnusableFileException(
          KeyFormatHints.certificate(file, text)
              .orElse(file + " has no PEM certificate (-----BEGIN CERTIFICATE-----)"));
    }
    return found;
  }

  /**
   * Reads the first private key of a file: RSA, EC or EdDSA.
   *
   * @throws UnusableFileException if the file has none, it is encrypted or invalid, or the file
   *     cannot be read
   */
  static PrivateKey key(Path file) throws UnusableFileException {
    String text = PemFile.text(file);
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      switch (block.group(1)) {
        case "PRIVATE KEY" -> {
          return key(file, content(file, block));
        }
        case "RSA PRIVATE KEY" -> {
          return key(file, pkcs8(RSA_ALGORITHM, content(file, block)));
        }
        case "EC PRIVATE KEY" -> {
          byte[] key = content(file, block);
          return key(file, pkcs8(der(0x30, EC_ALGORITHM, curve(file, key)), key));
        }
        case "ENCRYPTED PRIVATE KEY" ->
            throw new UnusableFileException(
                file
                    + " is encrypted; decrypt it, for example with 'openssl pkey -in KEY -out"
                    + " KEY'");
        default -> {
          // Certificates and EC PARAMETERS may precede the key.
        }
      }
    }
    throw new UnusableFileException(
        KeyFormatHints.key(file, text)
            .orElse(file + " has no PEM private key (-----BEGIN PRIVATE KEY-----)"));
  }

  private static PrivateKey key(Path file, byte[] pkcs8) throws UnusableFileException {
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException e) {
        // The key has another algorithm: try the next.
      }
    }
    throw new UnusableFileException(
        file + " has an invalid private key, or one that is not RSA, EC or EdDSA");
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return der(0x30, der(0x02, bytes(0)), algorithm, der(0x04, key));
  }

  /** The object identifier of the curve: SEC 1 has it inside the key, PKCS#8 outside. */
  private static byte[] curve(Path file, byte[] sec1) throws UnusableFileException {
    ByteBuffer sequence = ByteBuffer.wrap(sec1);
    try {
      ByteBuffer parts = value(sequence, SEQUENCE);
      value(parts, INTEGER);
      value(parts, OCTETS);
      ByteBuffer parameters = value(parts, EC_PARAMETERS);
      byte[] curve = new byte[parameters.remaining()];
      parameters.get(curve);
      if (curve.length > 0 && curve[0] == OBJECT_ID) {
        return curve;
      }
    } catch (BufferUnderflowException e) {
      // Reported below: the key cannot be used without its curve.
    }
    throw new UnusableFileException(
        file + " does not name its curve; convert it with 'openssl pkcs8 -topk8 -nocrypt'");
  }

  /**
   * The value of the next DER element.
   *
   * @throws BufferUnderflowException if the element has another tag or is incomplete
   */
  private static ByteBuffer value(ByteBuffer in, int tag) {
    if ((in.get() & 0xff) != tag) {
      throw new BufferUnderflowException();
    }
    int length = in.get() & 0xff;
    if (length > 0x7f) {
      int digits = length & 0x7f;
      length = 0;
      for (int i = 0; i < digits; i++) {
        length = (length << 8) | (in.get() & 0xff);
      }
    }
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer value = in.slice(in.position(), length);
    in.position(in.position() + length);
    return value;
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

  private static byte[] content(Path file, Matcher block) throws UnusableFileException {
    try {
      return Base64.getMimeDecoder().decode(block.group(2));
    } catch (IllegalArgumentException e) {
      throw new UnusableFileException(
          file + " is not PEM: its " + block.group(1) + " is not Base64");
    }
  }
}
