package io.dsxconnect.bench;

import io.dsxconnect.app.Dsx;
import io.dsxconnect.settings.StartFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A {@code dsx} server command in its own process, with the JVM flags of this one. */
final class Child implements AutoCloseable {
  private final Process process;
  private final String ready;

  private Child(Process process, String ready) {
    this.process = process;
    this.ready = ready;
  }

  /**
   * Starts a server command and blocks until its ready line.
   *
   * @param classPath of the build to run
   * @param settings its environment; variables of this process that begin with DSX are removed
   * @throws StartFailure when it cannot start or ends before it is ready
   */
  static Child start(String classPath, Map<String, String> settings, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", classPath, Dsx.class.getName()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--loglevel", "error"));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeIf(name -> name.startsWith("DSX"));
    builder.environment().putAll(settings);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new StartFailure("cannot start " + arguments[0] + ": " + e.getMessage(), e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new Child(process, readyLine(process, arguments[0]));
  }

  /** Skips lines that the JVM may print before, for example about a started recording. */
  private static String readyLine(Process process, String role) {
    try {
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.contains(" ready ")) {
          return line;
        }
      }
    } catch (IOException e) {
      process.destroyForcibly();
      throw new StartFailure("cannot read the output of " + role + ": " + e.getMessage(), e);
    }
    throw new StartFailure(role + " ended before it was ready");
  }

  /** The URL that it serves. */
  String url() {
    return ready.substring(ready.lastIndexOf(' ') + 1);
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
