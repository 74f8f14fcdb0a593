package io.dsxconnect.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The built application, seen from {@code target/launcher}: the {@code dsx} script beside a link to
 * what Maven built and a fresh stamp, because the script must not build it again under the feet of
 * the tests.
 */
final class Application {
  /** The repository's root: tests run in their module's folder. */
  private static final Path ROOT = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

  private static final Path HOME = Path.of("target/launcher").toAbsolutePath();

  /** Java and the options that the script gives it, but that it shall not optimise for long. */
  private static final List<String> JAVA =
      List.of(
          Path.of(System.getProperty("java.home"), "bin/java").toString(),
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dfile.encoding=UTF-8",
          "-Dsun.jnu.encoding=UTF-8");

  /** The application's jar and all that it needs. */
  static final Path LIB = HOME.resolve("app/target/dsx/lib");

  static final Path SCRIPT = layOut();

  /** Loaded classes; a third of the time that fifty short-lived processes take. */
  private static final Path ARCHIVE = archive();

  private Application() {}

  private static Path layOut() {
    try {
      Files.createDirectories(Objects.requireNonNull(LIB.getParent()));
      Files.deleteIfExists(LIB);
      Files.createSymbolicLink(LIB, ROOT.resolve("app/target/dsx/lib"));
      Files.writeString(LIB.resolveSibling("stamp"), "");
      return Files.copy(
          ROOT.resolve("dsx"),
          HOME.resolve("dsx"),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path archive() {
    Path archive = HOME.resolve("dsx.jsa");
    try {
      Path folder = Files.createDirectories(HOME.resolve("folder"));
      Files.write(folder.resolve("eicar.com"), TestFiles.eicar());
      List<String> command = new ArrayList<>(JAVA);
      command.add("-XX:ArchiveClassesAtExit=" + archive);
      command.addAll(main(LIB));
      command.addAll(List.of("scan", "--demo", folder.toString()));
      Process scan =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(new File("/dev/null"))
              .start();
      if (!scan.waitFor(DsxProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        scan.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return archive;
  }

  /** The beginning of a command line, up to the main class. */
  static List<String> java(Path lib, List<String> options) {
    List<String> command = new ArrayList<>(JAVA);
    if (lib.equals(LIB)) {
      command.addAll(quickStart());
    }
    command.addAll(options);
    command.addAll(main(lib));
    return command;
  }

  /** Options that save time and change nothing; without the archive Java starts all the same. */
  static List<String> quickStart() {
    return List.of("-XX:SharedArchiveFile=" + ARCHIVE, "-Xlog:disable");
  }

  private static List<String> main(Path lib) {
    return List.of("-cp", lib + "/*", "io.dsxconnect.app.Dsx");
  }
}
