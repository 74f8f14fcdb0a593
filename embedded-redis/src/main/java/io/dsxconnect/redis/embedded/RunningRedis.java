package io.dsxconnect.redis.embedded;

import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Redis process of a home folder, recorded beside its data so that the next start finds it.
 * Immutable.
 *
 * @param started the start time of the process, which together with the id identifies it
 */
record RunningRedis(long pid, int port, Instant started) {
  private static final Logger log = LoggerFactory.getLogger(RunningRedis.class);
  private static final String FILE = "redis.process";

  /** Start times of the same process may differ by this much if the clock was set. */
  private static final Duration MAX_CLOCK_STEP = Duration.ofSeconds(5);

  static RunningRedis of(ProcessHandle process, int port) {
    return new RunningRedis(
        process.pid(), port, process.info().startInstant().orElse(Instant.EPOCH));
  }

  /** Writes the record into a home folder. */
  void recordIn(Path home) throws IOException {
    Files.writeString(home.resolve(FILE), pid + " " + port + " " + started.toEpochMilli() + "\n");
  }

  /** Deletes the record in a home folder. */
  static void forget(Path home) throws IOException {
    Files.deleteIfExists(home.resolve(FILE));
  }

  /** The record in a home folder; empty if there is none or it cannot be read. */
  static Optional<RunningRedis> recordedIn(Path home) {
    Path record = home.resolve(FILE);
    if (!Files.exists(record)) {
      return Optional.empty();
    }
    try {
      String[] parts = Files.readString(record).strip().split(" ");
      return Optional.of(
          new RunningRedis(
              Long.parseLong(parts[0]),
              Integer.parseInt(parts[1]),
              Instant.ofEpochMilli(Long.parseLong(parts[2]))));
    } catch (IOException | RuntimeException e) {
      log.warn("{} cannot be read: a Redis of an earlier start may still run", record);
      return Optional.empty();
    }
  }

  /**
   * Stops this Redis if it still serves {@code home}; does nothing to another process with the same
   * id. Blocks for up to 20 seconds.
   *
   * @throws StartFailure if it does not stop
   */
  void stopIfAlive(Path home) {
    Optional<ProcessHandle> found = ProcessHandle.of(pid).filter(process -> serves(process, home));
    if (found.isEmpty()) {
      return;
    }
    ProcessHandle redis = found.get();
    log.info("stopping Redis (process {}, port {}) of an earlier start", pid, port);
    redis.destroy();
    if (!ended(redis)) {
      redis.destroyForcibly();
      if (!ended(redis)) {
        throw new StartFailure(
            "Redis of an earlier start (process " + pid + ") does not stop; end it and try again");
      }
    }
  }

  private boolean serves(ProcessHandle process, Path home) {
    // Debian's redis-server is a link to redis-check-rdb, whose name the system reports.
    boolean redis =
        process
            .info()
            .command()
            .map(command -> command.contains("redis") || command.contains("valkey"))
            .orElse(false);
    Path workingFolder = Path.of("/proc", Long.toString(pid), "cwd");
    if (!redis || !Files.exists(workingFolder)) {
      return redis
          && process
              .info()
              .startInstant()
              .map(at -> Duration.between(at, started).abs().compareTo(MAX_CLOCK_STEP) < 0)
              .orElse(false);
    }
    try {
      return Files.isSameFile(workingFolder, home);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean ended(ProcessHandle process) {
    try {
      process.onExit().get(10, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
