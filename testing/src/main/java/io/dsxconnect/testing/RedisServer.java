package io.dsxconnect.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A {@code redis-server} from PATH on its own port and in its own folder, with every answered write
 * on disk. Tests can kill, restart and freeze it. Confined to one thread.
 */
public class RedisServer implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final int port;
  private final Path folder;
  private final Map<String, String> environment;
  private final List<String> options;
  private Process process;

  /** On a free port. */
  public RedisServer() {
    this(Ports.free(), Map.of(), List.of());
  }

  /**
   * @param environment variables added to the environment of the process
   * @param options further arguments of {@code redis-server}
   */
  public RedisServer(int port, Map<String, String> environment, List<String> options) {
    this.port = port;
    this.environment = environment;
    this.options = options;
    try {
      folder = Files.createTempDirectory("dsx-redis");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    process = launch();
  }

  private Process launch() {
    Path log = folder.resolve("log");
    List<String> command =
        new ArrayList<>(
            List.of("redis-server", "--bind", "127.0.0.1", "--port", Integer.toString(port)));
    command.addAll(List.of("--dir", folder.toString(), "--save", ""));
    command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
    command.addAll(List.of("--notify-keyspace-events", "Ex"));
    command.addAll(options);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      Process started = builder.start();
      await("Redis is ready")
          .atMost(TIMEOUT)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> Files.readString(log).contains("Ready to accept") || !started.isAlive());
      if (!started.isAlive()) {
        throw new AssertionError("Redis does not start: " + Files.readString(log));
      }
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException("the tests need redis-server on PATH", e);
    }
  }

  public final String url() {
    return "redis://127.0.0.1:" + port + "/0";
  }

  /** The answer to one inline command, as Redis writes it. */
  public final String ask(String command) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** {@code kill -9}; returns when the process has ended. */
  public final void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Starts again on the same port with the same data, after {@link #kill}. */
  public final void restart() {
    process = launch();
  }

  /** {@link #kill}, then {@link #restart}. */
  public final void crashAndRestart() {
    kill();
    restart();
  }

  /** Stops the process; its connections stay open. */
  public final void freeze() {
    signal("STOP");
  }

  /** Continues the process after {@link #freeze}. */
  public final void thaw() {
    signal("CONT");
  }

  /**
   * @param name of the signal, for example {@code STOP}
   */
  public final void signal(String name) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill -" + name + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** SIGTERM; returns the exit code. */
  public final int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("Redis does not end");
    }
    return process.exitValue();
  }

  /** {@link #kill}, and deletes the folder. */
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
