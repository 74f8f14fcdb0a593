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

/** A running {@code dsx}. What it prints is kept in {@code target/e2e-logs}. */
final class DsxProcess implements AutoCloseable {
  /** For what takes seconds on a quiet machine. */
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
      // What the developer's shell has set is not what is tested.
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

  /** Waits for its {@code <role> ready <url>}; gives back the URL. */
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

  /** Waits until it has printed this, on either stream. */
  void says(String text) {
    await(this + " says: " + text)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> (out() + err()).contains(text));
  }

  /** Waits for its end; gives back its exit code. */
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

  /** Live processes that it started, and those that they started. */
  List<ProcessHandle> children() {
    return process.descendants().toList();
  }

  /** SIGTERM; waits for the end and gives back the exit code. */
  int terminate() {
    process.destroy();
    return exit();
  }

  /** Ctrl-C in its terminal: SIGINT to its whole process group, whose leader it must be. */
  void interruptGroup() {
    signal("-INT", "-" + pid());
  }

  /** {@code SIGTERM} to its whole process group, whose leader it must be. */
  void terminateGroup() {
    signal("-TERM", "-" + pid());
  }

  /** A signal to it alone, for example {@code TERM}. */
  void signal(String signal) {
    signal("-" + signal, "" + pid());
  }

  /** A signal, for example {@code -STOP}, to a process or, behind a hyphen, to a group. */
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
