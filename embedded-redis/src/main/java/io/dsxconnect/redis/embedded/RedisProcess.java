package io.dsxconnect.redis.embedded;

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

/** A started redis-server and what it says. */
final class RedisProcess {
  private static final Logger log = LoggerFactory.getLogger(RedisProcess.class);
  private static final String READY = "Ready to accept connections";

  private final Process process;
  private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
  private volatile String lastWords = "it said nothing";
  private volatile boolean wanted = true;
  private final CompletableFuture<Void> unexpectedEnd = new CompletableFuture<>();

  private RedisProcess(Process process) {
    this.process = process;
    Thread.ofPlatform().daemon().name("redis-output").start(this::listen);
  }

  /** Runs in its folder, with the configuration file that lies there. */
  static RedisProcess start(RedisBinary binary, Path folder, String configuration)
      throws IOException {
    List<String> command = new ArrayList<>();
    Path ownSession = Path.of("/usr/bin/setsid");
    if (Files.isExecutable(ownSession)) {
      // Ctrl-C in a terminal goes to the whole session: Redis must outlive our orderly stop.
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

  private void listen() {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        log.debug("{}", line);
        if (line.contains(READY)) {
          ready.complete(true);
        } else if (!line.isBlank() && !ready.isDone()) {
          lastWords = line.strip();
        }
      }
    } catch (IOException e) {
      log.debug("Redis closed its output: {}", e.getMessage());
    }
    if (!ready.complete(false) && wanted) {
      log.error("the embedded Redis (process {}) has ended", pid());
      unexpectedEnd.complete(null);
    }
  }

  /** Waits until it serves, however long it reads its data; false when it ended instead. */
  boolean awaitReady() {
    while (true) {
      try {
        return ready.get(10, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        log.info("waiting for Redis to read its data");
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
        return false;
      }
    }
  }

  /** What runs once when the server ends though nobody stopped it. */
  void onUnexpectedEnd(Runnable action) {
    var _ = unexpectedEnd.thenRun(action);
  }

  /** The last line before it was ready or ended. */
  String lastWords() {
    return lastWords;
  }

  long pid() {
    return process.pid();
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Stops in order, so that what was written is on disk; after 10 s by force. */
  void stop() {
    wanted = false;
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

  /** Stops at once. */
  void kill() {
    wanted = false;
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
