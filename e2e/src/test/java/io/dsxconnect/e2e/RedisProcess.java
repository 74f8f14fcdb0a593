package io.dsxconnect.e2e;

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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A {@code redis-server} from PATH that writes every change to disk before it answers. */
final class RedisProcess implements AutoCloseable {
  private final int port = Ports.free();
  private final Path folder;
  private final Map<String, String> environment;
  private final List<String> options;
  private Process process;

  RedisProcess(Path parent) {
    this(parent, Map.of());
  }

  /**
   * @param environment additional variables
   * @param options additional arguments of {@code redis-server}
   */
  RedisProcess(Path parent, Map<String, String> environment, String... options) {
    this.environment = environment;
    this.options = List.of(options);
    try {
      folder = Files.createDirectories(parent.resolve("redis"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    process = launch();
  }

  private Process launch() {
    Path log = folder.resolve("log");
    try {
      List<String> command =
          new ArrayList<>(
              List.of(
                  "redis-server",
                  "--bind",
                  "127.0.0.1",
                  "--port",
                  "" + port,
                  "--dir",
                  folder.toString(),
                  "--save",
                  "",
                  "--appendonly",
                  "yes",
                  "--appendfsync",
                  "always"));
      command.addAll(options);
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      Process started = builder.start();
      await("Redis is ready")
          .atMost(DsxProcess.PATIENCE)
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

  String url() {
    return "redis://127.0.0.1:" + port + "/0";
  }

  /** Sends one command; returns the reply as text. */
  String ask(String command) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** {@code kill -9}. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Sends a signal, for example {@code STOP}. */
  void signal(String signal) {
    DsxProcess.signal("-" + signal, "" + process.pid());
  }

  /** Starts on the same port with the same data. */
  void restart() {
    process = launch();
  }

  /** Sends SIGTERM; returns the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(DsxProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("Redis does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    kill();
  }
}
