package io.dsxconnect.redis.embedded;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A started redis-server and its output. Thread-safe. */
@ThreadSafe
final class RedisProcess {
  private static final Logger log = LoggerFactory.getLogger(RedisProcess.class);
  private static final String READY_LINE = "Ready to accept connections";

  private final Process process;
  private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
  private volatile String lastLine = "no output";
  private volatile boolean shouldRun = true;
  private final CompletableFuture<Void> unexpectedEnd = new CompletableFuture<>();

  private RedisProcess(Process process) {
    this.process = process;
    Thread.ofPlatform().daemon().name("redis-output").start(this::readOutput);
  }

  /**
   * Starts the server in a separate session.
   *
   * @param folder the working folder
   * @param configuration a file in {@code folder}
   */
  static RedisProcess start(RedisBinary binary, Path folder, String configuration)
      throws IOException {
    List<String> command = new ArrayList<>();
    Path ownSession = Path.of("/usr/bin/setsid");
    if (Files.isExecutable(ownSession)) {
      // Ctrl-C in a terminal reaches the whole session: Redis must outlive this process's stop.
      command.add(ownSession.toString());
    }
    command.add(binary.file().toString());
    command.add(configuration);
    return new RedisProcess(
        RedisBinary.process(command)
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .start());
  }

  private void readOutput() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        log.debug("{}", line);
        if (line.contains(READY_LINE)) {
          ready.complete(true);
        } else if (!line.isBlank() && !ready.isDone()) {
          lastLine = line.strip();
        }
      }
    } catch (IOException e) {
      log.debug("Redis closed its output: {}", e.getMessage());
    }
    if (!ready.complete(false) && shouldRun) {
      log.error("the embedded Redis (process {}) has ended", pid());
      unexpectedEnd.complete(null);
    }
  }

  /**
   * Blocks until the server serves, however long it loads its data.
   *
   * @return false if the server ended instead or the thread was interrupted
   */
  boolean awaitReady() {
    while (true) {
      try {
        return ready.get(10, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        log.info("waiting for Redis to load its data");
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
        return false;
      }
    }
  }

  /** Runs {@code action} once if the server ends without {@link #stop} or {@link #kill}. */
  void onUnexpectedEnd(Runnable action) {
    var _ = unexpectedEnd.thenRun(action);
  }

  /** The last line of output before the server was ready or ended. */
  String lastLine() {
    return lastLine;
  }

  long pid() {
    return process.pid();
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Stops the server so that all writes are on disk; kills it after 10 seconds. Blocks. */
  void stop() {
    shouldRun = false;
    process.destroy();
    try {
      if (process.waitFor(10, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }

  /** Kills the server; blocks until it has ended, for up to 10 seconds. */
  void kill() {
    shouldRun = false;
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
