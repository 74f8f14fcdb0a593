package io.dsxconnect.connector.filesystem;

import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Authenticates the quarantine notes that this connector wrote, with HMAC-SHA-256. Other processes
 * of the same user, or with access to the share, can place files in the quarantine but cannot seal
 * their notes. Thread-safe.
 */
final class NoteSeal {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  private final SecretKeySpec key;

  private NoteSeal(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** Returns a seal with a random key, which ends with the process. */
  static NoteSeal forThisProcess() {
    return new NoteSeal(random());
  }

  /**
   * Returns the seal with the key in {@code quarantine.key} of the data folder, mode 0600; creates
   * the key at the first start. If the key is lost, quarantined files are scanned again.
   *
   * @throws StartFailure when the key can be neither read nor created
   */
  static NoteSeal load(Path dataFolder) {
    Path file = dataFolder.resolve("quarantine.key");
    try {
      if (!Files.exists(file)) {
        createKey(dataFolder, file);
      }
      byte[] key = Files.readAllBytes(file);
      if (key.length != KEY_BYTES) {
        throw new StartFailure(
            file + " is damaged; delete it, and the quarantined files are scanned again");
      }
      return new NoteSeal(key);
    } catch (IOException e) {
      throw new StartFailure(
          file
              + ": "
              + TreeWalk.reason(e)
              + "; give this process's user the right to read and write it",
          e);
    }
  }

  private static void createKey(Path dataFolder, Path file) throws IOException {
    Files.createDirectories(
        dataFolder,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path temporary = Files.createTempFile(dataFolder, "quarantine", ".part");
    try {
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
      Files.write(temporary, random(), StandardOpenOption.SYNC);
      Files.move(temporary, file);
    } catch (FileAlreadyExistsException e) {
      // Another process created a key first; that key is used.
      return;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static byte[] random() {
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return key;
  }

  /**
   * Computes the seal of a note.
   *
   * @param name the name of the quarantined file
   * @param text the note without its seal
   * @return 64 hexadecimal digits in lower case
   */
  String compute(String name, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(name.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** Whether the seal is that of the note; compares in constant time. */
  boolean matches(String name, String text, String seal) {
    return MessageDigest.isEqual(
        compute(name, text).getBytes(StandardCharsets.US_ASCII),
        seal.getBytes(StandardCharsets.UTF_8));
  }
}
