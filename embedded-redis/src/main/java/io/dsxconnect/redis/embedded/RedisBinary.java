package io.dsxconnect.redis.embedded;

import io.dsxconnect.settings.StartFailure;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis server that runs on this machine: the one in {@link #SETTING}, else the newest of the
 * bundled Redis and every {@code redis-server} and {@code valkey-server} on PATH. If the versions
 * are equal, the one on PATH is used, because its distribution fixes it. Immutable.
 */
record RedisBinary(Path file, RedisVersion version) {
  /** The environment variable with the path of the server to use. */
  static final String SETTING = "DSX_REDIS_SERVER";

  private static final Logger log = LoggerFactory.getLogger(RedisBinary.class);
  private static final List<String> NAMES = List.of("redis-server", "valkey-server");

  /** The only variables that a server inherits, because the environment also contains secrets. */
  private static final List<String> INHERITED_VARIABLES =
      List.of("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH");

  /**
   * Finds the server to use. Runs each candidate with {@code --version}.
   *
   * @param folder for the bundled binary, which is unpacked only if it is needed
   * @param env the environment, of which PATH and {@link #SETTING} are read
   * @param atLeast the minimum version
   * @throws StartFailure if no server of that version or a newer one runs here
   */
  static RedisBinary find(Path folder, Map<String, String> env, RedisVersion atLeast) {
    String named = env.getOrDefault(SETTING, "");
    if (!named.isBlank()) {
      return named(Path.of(named.strip()), atLeast);
    }
    Optional<RedisBinary> onPath = newestOnPath(env.getOrDefault("PATH", ""));
    if (onPath.filter(binary -> binary.version.isAtLeast(BundledRedis.VERSION)).isPresent()) {
      return suitable(onPath.get(), atLeast);
    }
    Probe bundled = bundled(folder);
    return Stream.concat(bundled.binary().stream(), onPath.stream())
        .max(Comparator.comparing(RedisBinary::version))
        .map(binary -> suitable(binary, atLeast))
        .orElseThrow(
            () ->
                new StartFailure(
                    "the bundled Redis does not run here ("
                        + bundled.obstacle()
                        + ") and there is no redis-server or valkey-server on PATH; install one"
                        + " (Debian: apt-get install redis-server), or name one with "
                        + SETTING));
  }

  private static RedisBinary named(Path file, RedisVersion atLeast) {
    Probe probe = probe(file.toAbsolutePath());
    return probe
        .binary()
        .map(binary -> suitable(binary, atLeast))
        .orElseThrow(() -> new StartFailure(SETTING + ": " + file + ": " + probe.obstacle()));
  }

  private static RedisBinary suitable(RedisBinary binary, RedisVersion atLeast) {
    if (!binary.version.isAtLeast(atLeast)) {
      throw new StartFailure(
          "Redis "
              + atLeast
              + " or newer is needed, but the newest one found is "
              + binary.version
              + " ("
              + binary.file
              + "); install a newer one, or name one with "
              + SETTING);
    }
    return binary;
  }

  private static Probe bundled(Path folder) {
    try {
      Optional<Path> file = BundledRedis.unpack(folder);
      if (file.isEmpty()) {
        return Probe.failed("there is no binary for this kind of machine");
      }
      Probe probe = probe(file.get());
      if (probe.binary().isEmpty()) {
        Files.deleteIfExists(file.get());
      }
      return probe;
    } catch (IOException e) {
      return Probe.failed("it cannot be unpacked into " + folder + ": " + e.getMessage());
    }
  }

  private static Optional<RedisBinary> newestOnPath(String path) {
    // An empty or relative entry would run a program of the current folder.
    return Stream.of(path.split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .map(Path::of)
        .filter(Path::isAbsolute)
        .flatMap(folder -> NAMES.stream().map(folder::resolve))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .flatMap(file -> probe(file).binary().stream())
        .max(Comparator.comparing(RedisBinary::version));
  }

  /** A process builder whose child does not inherit secrets from the environment. */
  static ProcessBuilder process(List<String> command) {
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    process.environment().keySet().retainAll(INHERITED_VARIABLES);
    return process;
  }

  /**
   * The result of running a binary.
   *
   * @param binary empty if it does not run here
   * @param obstacle why it does not run; empty if it does
   */
  private record Probe(Optional<RedisBinary> binary, String obstacle) {
    static Probe failed(String obstacle) {
      return new Probe(Optional.empty(), obstacle);
    }
  }

  /** Runs {@code --version}, which fails early if libraries or the processor do not fit. */
  private static Probe probe(Path file) {
    try {
      Process process = process(List.of(file.toString(), "--version")).start();
      String answer;
      try (var out = process.getInputStream()) {
        answer = new String(out.readNBytes(4096), StandardCharsets.UTF_8).strip();
      }
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Probe.failed("it does not answer --version");
      }
      Optional<RedisVersion> version = RedisVersion.printedIn(answer);
      if (process.exitValue() != 0 || version.isEmpty()) {
        log.debug("{} does not run here: {}", file, answer);
        return Probe.failed("it does not run: " + answer.lines().findFirst().orElse("no output"));
      }
      return new Probe(Optional.of(new RedisBinary(file, version.get())), "");
    } catch (IOException e) {
      log.debug("{} does not run here: {}", file, e.getMessage());
      return Probe.failed(whyNotStarted(file));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Probe.failed("interrupted");
    }
  }

  /**
   * The system reports "permission denied" also for an executable file on a file system mounted
   * noexec.
   */
  private static String whyNotStarted(Path file) {
    if (!Files.isRegularFile(file)) {
      return "there is no such file";
    }
    return "it is not executable, or its file system is mounted noexec; for a temporary folder"
        + " elsewhere set DSX_JAVA_OPTS=-Djava.io.tmpdir=FOLDER, for a data folder --data-dir";
  }
}
