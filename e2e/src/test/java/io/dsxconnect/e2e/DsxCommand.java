package io.dsxconnect.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A {@code dsx} command line with its environment, to be started as a process. */
final class DsxCommand {
  private final List<String> prefix = new ArrayList<>();
  private final List<String> options = new ArrayList<>();
  private final List<String> arguments;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private Path lib = Application.LIB;
  private boolean byScript;

  private DsxCommand(List<String> arguments) {
    this.arguments = List.copyOf(arguments);
  }

  static DsxCommand dsx(String... arguments) {
    return new DsxCommand(List.of(arguments));
  }

  DsxCommand env(String name, String value) {
    environment.put(name, value);
    return this;
  }

  DsxCommand env(Map<String, String> values) {
    environment.putAll(values);
    return this;
  }

  /** Options of its JVM, for example {@code -Xmx64m}. */
  DsxCommand jvm(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** The folder for its temporary folders. */
  DsxCommand temp(Path folder) {
    return jvm("-Djava.io.tmpdir=" + folder);
  }

  /** Runs it through other programs, for example {@code setpriv}. */
  DsxCommand through(List<String> programs) {
    prefix.addAll(programs);
    return this;
  }

  /** Runs a copy of the application. */
  DsxCommand lib(Path folder) {
    lib = folder;
    return this;
  }

  /** Runs the {@code dsx} script instead of Java. */
  DsxCommand byScript() {
    byScript = true;
    return this;
  }

  DsxProcess start() {
    List<String> command = new ArrayList<>(prefix);
    if (byScript) {
      command.add(Application.SCRIPT.toString());
      environment.put("DSX_JAVA_HOME", System.getProperty("java.home"));
      environment.put(
          "DSX_JAVA_OPTS",
          Stream.concat(Application.fastStart().stream(), options.stream())
              .collect(Collectors.joining(" ")));
    } else {
      command.addAll(Application.java(lib, options));
    }
    command.addAll(arguments);
    return new DsxProcess(arguments.getFirst(), command, environment);
  }
}
