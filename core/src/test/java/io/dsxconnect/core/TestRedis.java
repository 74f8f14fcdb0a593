package io.dsxconnect.core;

import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisSettings;
import io.dsxconnect.http.server.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real Redis on its own port, that tests can kill, restart and freeze. */
public final class TestRedis implements AutoCloseable {
  private final int port;
  private final Path folder;
  private final List<String> options;
  private Process process;

  public TestRedis() {
    this(HttpServer.freePort());
  }

  public TestRedis(int port) {
    this(port, List.of());
  }

  /**
   * @param options further arguments of {@code redis-server}
   */
  public TestRedis(int port, List<String> options) {
    this.port = port;
    this.options = options;
    try {
      folder = Files.createTempDirectory("dsx-redis");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    process = launch();
  }

  private Process launch() {
    try {
      List<String> command =
          new ArrayList<>(
              List.of(
                  "redis-server",
                  "--port",
                  "" + port,
                  "--bind",
                  "127.0.0.1",
                  "--save",
                  "",
                  "--appendonly",
                  "yes",
                  "--appendfsync",
                  "always",
                  "--dir",
                  folder.toString()));
      command.addAll(options);
      Process started =
          new ProcessBuilder(command)
              .redirectOutput(folder.resolve("log").toFile())
              .redirectErrorStream(true)
              .start();
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> Files.readString(folder.resolve("log")).contains("Ready to accept"));
      return started;
    } catch (IOException e) {
      throw new IllegalStateException("redis-server is needed on PATH for the tests", e);
    }
  }

  public RedisSettings settings() {
    return new RedisSettings("redis://127.0.0.1:" + port + "/0", true, "dev");
  }

  public Redis connect() {
    return connect(MonotonicClock.SYSTEM);
  }

  public Redis connect(MonotonicClock ticks) {
    return Redis.connect(settings(), ticks);
  }

  /** {@code kill -9}, then a restart on the same data. */
  public void crashAndRestart() {
    process.destroyForcibly().onExit().join();
    process = launch();
  }

  /** Stops the process; its connections stay open. */
  public void freeze() {
    signal("STOP");
  }

  /** Continues the process after {@link #freeze}. */
  public void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      int code =
          new ProcessBuilder("kill", "-" + name, "" + process.pid()).inheritIO().start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("kill -" + name + ": " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code kill -9}. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
