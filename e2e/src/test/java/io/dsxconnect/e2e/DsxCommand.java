package io.dsxconnect.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A {@code dsx} command line with its environment, to be started as a process of its own. */
final class DsxCommand {
  /** The repository's root: tests run in their module's folder. */
  static final Path HOME = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

  /** The application and everything it needs. */
  static final Path LIB = HOME.resolve("app/target/dsx/lib");

  private static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dfile.encoding=UTF-8",
          "-Dsun.jnu.encoding=UTF-8");

  private final List<String> prefix = new ArrayList<>();
  private final List<String> options = new ArrayList<>();
  private final List<String> arguments;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private Path lib = LIB;
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

  /** Where it makes its temporary folders. */
  DsxCommand temp(Path folder) {
    return jvm("-Djava.io.tmpdir=" + folder);
  }

  /** Run by other programs, for example {@code setpriv}. */
  DsxCommand through(List<String> programs) {
    prefix.addAll(programs);
    return this;
  }

  /** With a copy of the application. */
  DsxCommand lib(Path folder) {
    lib = folder;
    return this;
  }

  /** Run by the {@code dsx} script, not by Java. */
  DsxCommand byScript() {
    byScript = true;
    return this;
  }

  DsxProcess start() {
    List<String> command = new ArrayList<>(prefix);
    Path java = Path.of(System.getProperty("java.home"));
    if (byScript) {
      command.add(Script.PATH.toString());
      environment.put("DSX_JAVA_HOME", java.toString());
      environment.put("DSX_JAVA_OPTS", String.join(" ", options));
    } else {
      command.add(java.resolve("bin/java").toString());
      command.addAll(JVM);
      command.addAll(options);
      command.addAll(List.of("-cp", lib + "/*", "io.dsxconnect.app.Dsx"));
    }
    command.addAll(arguments);
    return new DsxProcess(arguments.getFirst(), command, environment);
  }

  /**
   * The script, beside a link to the application and a fresh stamp: the application was built by
   * the Maven run that runs these tests, and the script must not build it under their feet.
   */
  private static final class Script {
    static final Path PATH = copy();

    private static Path copy() {
      try {
        Path home = Files.createDirectories(Path.of("target/launcher").toAbsolutePath());
        Path app = Files.createDirectories(home.resolve("app/target/dsx"));
        Files.deleteIfExists(app.resolve("lib"));
        Files.createSymbolicLink(app.resolve("lib"), LIB);
        Files.writeString(app.resolve("stamp"), "");
        return Files.copy(
            HOME.resolve("dsx"),
            home.resolve("dsx"),
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.COPY_ATTRIBUTES);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
