package io.dsxconnect.e2e;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running {@code dsx}. Its output is kept in {@code target/e2e-logs}. */
final class DsxProcess implements AutoCloseable {
  /** Limit for steps that take seconds on an idle machine. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final Pattern READY = Pattern.compile("(?m)^[a-z-]+ ready (\\S+)$");
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(DsxProcess::killWithChildren)));
  }

  private final Process process;
  private final Path out;
  private final Path err;

  DsxProcess(String role, List<String> command, Map<String, String> environment) {
    try {
      Path logs = Files.createDirectories(Path.of("target/e2e-logs"));
      String name = String.format("%03d-%s", NUMBER.incrementAndGet(), role);
      out = logs.resolve(name + ".out");
      err = logs.resolve(name + ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      // Settings of the developer's shell must not reach the tested process.
      builder
          .environment()
          .keySet()
          .removeIf(key -> key.toUpperCase(Locale.ROOT).startsWith("DSX"));
      builder.environment().put("LC_ALL", "C.UTF-8");
      builder.environment().putAll(environment);
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    RUNNING.add(process);
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its line {@code <role> ready <url>}; returns the URL. */
  String ready() {
    await(this + " is ready")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> READY.matcher(out()).find() || !alive());
    Matcher ready = READY.matcher(out());
    if (!ready.find()) {
      throw new AssertionError(this + " ended with " + exit() + ":\n" + out() + err());
    }
    return ready.group(1);
  }

  /** Waits until it has printed this text, on either stream. */
  void awaitOutput(String text) {
    await(this + " prints: " + text)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> (out() + err()).contains(text));
  }

  /** Waits for its end; returns the exit code. */
  int exit() {
    try {
      if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError(this + " does not end:\n" + out() + err());
  }

  /** Its live descendants. */
  List<ProcessHandle> children() {
    return process.descendants().toList();
  }

  /** Sends SIGTERM, waits for the end and returns the exit code. */
  int terminate() {
    process.destroy();
    return exit();
  }

  /** Sends SIGINT to its process group, as Ctrl-C does. It must be the leader of the group. */
  void interruptGroup() {
    signal("-INT", "-" + pid());
  }

  /** Sends SIGTERM to its process group. It must be the leader of the group. */
  void terminateGroup() {
    signal("-TERM", "-" + pid());
  }

  /** Sends it a signal, for example {@code TERM}. */
  void signal(String signal) {
    signal("-" + signal, "" + pid());
  }

  /**
   * Sends a signal, for example {@code -STOP}.
   *
   * @param target a process id, or a hyphen and a process group id
   */
  static void signal(String signal, String target) {
    try {
      int code = new ProcessBuilder("kill", signal, "--", target).inheritIO().start().waitFor();
      if (code != 0) {
        throw new AssertionError("kill " + signal + " " + target + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@code kill -9}. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    killWithChildren(process);
    process.onExit().join();
    RUNNING.remove(process);
  }

  private static void killWithChildren(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public String toString() {
    return out.getFileName().toString().replace(".out", "");
  }
}
