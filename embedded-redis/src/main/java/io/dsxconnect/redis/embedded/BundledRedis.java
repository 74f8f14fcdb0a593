package io.dsxconnect.redis.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;

/**
 * The static redis-server in the artifact {@code org.signal:embedded-redis}, which needs no library
 * of the system. It exists for Linux and macOS on x64 and for Linux on arm64; macOS on arm64 runs
 * the one for x64 by translation. Thread-safe.
 */
final class BundledRedis {
  /** The version of all binaries in the artifact, which is part of their names. */
  static final RedisVersion VERSION = new RedisVersion(7, 0, 15);

  private BundledRedis() {}

  /** The resource for a machine; empty if there is none. */
  static Optional<String> resource(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT);
    String arch =
        switch (osArch.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "amd64";
          case "aarch64", "arm64" -> "arm64";
          default -> "";
        };
    if (arch.isEmpty()) {
      return Optional.empty();
    }
    if (os.startsWith("linux")) {
      return Optional.of("/redis-server-" + VERSION + "-linux-" + arch);
    }
    return os.startsWith("mac")
        ? Optional.of("/redis-server-" + VERSION + "-darwin-amd64")
        : Optional.empty();
  }

  /**
   * Copies the binary for this machine into a folder.
   *
   * @return the file, accessible to its owner only; empty if there is no binary for this machine
   * @throws IOException if the file cannot be written
   */
  static Optional<Path> unpack(Path folder) throws IOException {
    Optional<String> resource =
        resource(System.getProperty("os.name"), System.getProperty("os.arch"));
    if (resource.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = BundledRedis.class.getResourceAsStream(resource.get())) {
      if (in == null) {
        return Optional.empty();
      }
      Path file = folder.resolve("redis-server");
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
      return Optional.of(file);
    }
  }
}
