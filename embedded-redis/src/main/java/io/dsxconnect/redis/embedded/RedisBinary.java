package io.dsxconnect.redis.embedded;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.embedded.core.ExecutableProvider;

/** A {@code redis-server} that runs on this machine: the bundled one, else the one on PATH. */
record RedisBinary(Path file, Version version) {
  private static final Logger log = LoggerFactory.getLogger(RedisBinary.class);
  private static final Pattern VERSION = Pattern.compile("v=(\\d{1,4})\\.(\\d{1,4})");

  record Version(int major, int minor) implements Comparable<Version> {
    @Override
    public int compareTo(Version other) {
      return major != other.major
          ? Integer.compare(major, other.major)
          : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
      return major + "." + minor;
    }
  }

  /**
   * @param folder where the bundled binary is unpacked
   * @param path the PATH to search
   * @throws RedisNotStarted when neither runs in this version
   */
  static RedisBinary find(Path folder, String path, Version atLeast) {
    return bundled(folder)
        .filter(binary -> binary.version.compareTo(atLeast) >= 0)
        .or(() -> onPath(path).filter(binary -> binary.version.compareTo(atLeast) >= 0))
        .orElseThrow(
            () ->
                new RedisNotStarted(
                    "no Redis of version "
                        + atLeast
                        + " or newer runs here: the bundled one needs glibc and OpenSSL 3, and there"
                        + " is no such redis-server on PATH; install one (Debian: apt-get install"
                        + " redis-server)"));
  }

  private static Optional<RedisBinary> bundled(Path folder) {
    try {
      Path file = ExecutableProvider.newJarResourceProvider(folder.toFile()).get().toPath();
      Optional<RedisBinary> binary = probe(file);
      if (binary.isEmpty()) {
        Files.deleteIfExists(file);
      }
      return binary;
    } catch (IOException | RuntimeException e) {
      log.debug("the bundled Redis cannot be unpacked", e);
      return Optional.empty();
    }
  }

  private static Optional<RedisBinary> onPath(String path) {
    for (String folder : path.split(File.pathSeparator)) {
      Path file = Path.of(folder.isEmpty() ? "." : folder, "redis-server").toAbsolutePath();
      if (Files.isRegularFile(file) && Files.isExecutable(file)) {
        Optional<RedisBinary> binary = probe(file);
        if (binary.isPresent()) {
          return binary;
        }
      }
    }
    return Optional.empty();
  }

  /** Runs {@code --version}: a binary for other libraries or processors fails here, not later. */
  private static Optional<RedisBinary> probe(Path file) {
    try {
      Process process =
          new ProcessBuilder(file.toString(), "--version").redirectErrorStream(true).start();
      String answer;
      try (var out = process.getInputStream()) {
        answer = new String(out.readNBytes(4096), StandardCharsets.UTF_8);
      }
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      Matcher version = VERSION.matcher(answer);
      if (process.exitValue() != 0 || !version.find()) {
        log.debug("{} does not run here: {}", file, answer.strip());
        return Optional.empty();
      }
      return Optional.of(
          new RedisBinary(
              file,
              new Version(Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2)))));
    } catch (IOException | UncheckedIOException e) {
      log.debug("{} does not run here: {}", file, e.getMessage());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
