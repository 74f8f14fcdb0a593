package io.dsxconnect.redis.embedded;

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
 * Which process serves a home, written beside its data so that the next start can find it.
 *
 * @param started of the process; with the process id it names the process for good
 */
record RunningRedis(long pid, int port, Instant started) {
  private static final Logger log = LoggerFactory.getLogger(RunningRedis.class);
  private static final String RECORD = "redis.process";
  private static final Duration CLOCK_STEP = Duration.ofSeconds(5);

  static RunningRedis of(ProcessHandle process, int port) {
    return new RunningRedis(
        process.pid(), port, process.info().startInstant().orElse(Instant.EPOCH));
  }

  void recordIn(Path home) throws IOException {
    Files.writeString(home.resolve(RECORD), pid + " " + port + " " + started.toEpochMilli() + "\n");
  }

  static void forget(Path home) throws IOException {
    Files.deleteIfExists(home.resolve(RECORD));
  }

  static Optional<RunningRedis> recordedIn(Path home) {
    Path record = home.resolve(RECORD);
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
      log.warn("{} is not readable, so a Redis of an earlier start may still run", record);
      return Optional.empty();
    }
  }

  /**
   * Ends this Redis if it still serves that home; another process with the same id is left alone.
   *
   * @throws RedisNotStarted when it cannot be ended
   */
  void stopIfAlive(Path home) {
    Optional<ProcessHandle> found = ProcessHandle.of(pid).filter(process -> serves(process, home));
    if (found.isEmpty()) {
      return;
    }
    ProcessHandle redis = found.get();
    log.info("stopping Redis (process {}, port {}) that an earlier start left behind", pid, port);
    redis.destroy();
    if (!ended(redis)) {
      redis.destroyForcibly();
      if (!ended(redis)) {
        throw new RedisNotStarted(
            "Redis of an earlier start (process "
                + pid
                + ") does not stop; end it, then try again");
      }
    }
  }

  private boolean serves(ProcessHandle process, Path home) {
    // Debian's redis-server is a link to redis-check-rdb: the system names the program it found.
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
              .map(at -> Duration.between(at, started).abs().compareTo(CLOCK_STEP) < 0)
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
