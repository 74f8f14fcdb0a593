package io.dsxconnect.http.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * Reads files of certificates and keys, up to 4 MiB. If access is denied, the message names the
 * file's owner and mode. Thread-safe.
 */
final class PemFile {
  private static final long MAX_BYTES = 4 << 20;

  private PemFile() {}

  /**
   * The content of a file, one character per byte.
   *
   * @throws UnusableFileException if the file is missing, too large, unreadable or not a file
   */
  static String text(Path file) throws UnusableFileException {
    return new String(bytes(file), StandardCharsets.ISO_8859_1);
  }

  /**
   * A digest of the content of a file.
   *
   * @throws UnusableFileException see {@link #text}
   */
  static String digest(Path file) throws UnusableFileException {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] bytes(Path file) throws UnusableFileException {
    try {
      // Reading anything else, for example a pipe, may never end.
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new UnusableFileException(file + " is not a regular file");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new UnusableFileException(file + " is too large for a PEM file");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new UnusableFileException(file + " does not exist");
    } catch (AccessDeniedException e) {
      throw new UnusableFileException(
          file + " cannot be read by uid " + uid() + ": " + ownerAndMode(file));
    } catch (IOException e) {
      throw new UnusableFileException(
          file + " cannot be read by uid " + uid() + ": " + e.getMessage());
    }
  }

  /** Owner and mode of the file, or of the folder that hides it: a common problem in containers. */
  private static String ownerAndMode(Path file) {
    for (Path at = file.toAbsolutePath(); at != null; at = at.getParent()) {
      try {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(at);
        return (at.equals(file.toAbsolutePath()) ? "it" : at.toString())
            + " belongs to uid "
            + Files.getAttribute(at, "unix:uid")
            + ", gid "
            + Files.getAttribute(at, "unix:gid")
            + " with mode "
            + PosixFilePermissions.toString(mode);
      } catch (IOException e) {
        // A folder above hides it.
      } catch (UnsupportedOperationException | IllegalArgumentException e) {
        break;
      }
    }
    return "permission denied";
  }

  private static String uid() {
    try {
      return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return System.getProperty("user.name", "?");
    }
  }
}
