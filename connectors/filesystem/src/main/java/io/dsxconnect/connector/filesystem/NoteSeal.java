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
 * Marks the notes that this connector wrote: who shares its user, or writes to the same share, can
 * place files in the quarantine, but cannot seal them. Thread-safe.
 */
final class NoteSeal {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 32;

  private final SecretKeySpec key;

  private NoteSeal(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** For a process that leaves no quarantine behind. */
  static NoteSeal forThisProcess() {
    return new NoteSeal(random());
  }

  /**
   * The key that is kept in the connector's data folder, readable by its owner only; made at the
   * first start. Without it, what lies in the quarantine is taken for anybody's and scanned again.
   *
   * @throws StartFailure when it can be neither read nor made
   */
  static NoteSeal in(Path dataFolder) {
    Path file = dataFolder.resolve("quarantine.key");
    try {
      if (!Files.exists(file)) {
        make(dataFolder, file);
      }
      byte[] key = Files.readAllBytes(file);
      if (key.length != BYTES) {
        throw new StartFailure(
            file
                + " is damaged; delete it, and what lies in the quarantine will be scanned once more");
      }
      return new NoteSeal(key);
    } catch (IOException e) {
      throw new StartFailure(
          file
              + ": "
              + TreeWalk.why(e)
              + "; give this process's user the right to read and write it",
          e);
    }
  }

  private static void make(Path dataFolder, Path file) throws IOException {
    Files.createDirectories(
        dataFolder,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path part = Files.createTempFile(dataFolder, "quarantine", ".part");
    try {
      Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-------"));
      Files.write(part, random(), StandardOpenOption.SYNC);
      Files.move(part, file);
    } catch (FileAlreadyExistsException e) {
      // Another process on the same folder was faster; its key is as good.
      return;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static byte[] random() {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    return key;
  }

  /** 64 hexadecimal digits for what is written about the file of this name. */
  String of(String name, String text) {
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

  boolean isOn(String name, String text, String seal) {
    return MessageDigest.isEqual(
        of(name, text).getBytes(StandardCharsets.US_ASCII), seal.getBytes(StandardCharsets.UTF_8));
  }
}
