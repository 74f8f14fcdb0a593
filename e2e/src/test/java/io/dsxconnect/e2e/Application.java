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
 * The built application in {@code target/launcher}: a copy of the {@code dsx} script, a link to the
 * jars that Maven built, and a fresh stamp, so that the script does not rebuild it during the
 * tests.
 */
final class Application {
  /** The root of the sources: tests run in the folder of their module. */
  private static final Path ROOT = Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

  private static final Path HOME = Path.of("target/launcher").toAbsolutePath();

  /** Java with the options of the script, except that it compiles with the fast compiler only. */
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

  /** The application's jar and its dependencies. */
  static final Path LIB = HOME.resolve("app/target/dsx/lib");

  static final Path SCRIPT = createLauncher();

  /** Archive of loaded classes: a third of the time of fifty short-lived processes. */
  private static final Path ARCHIVE = createArchive();

  private Application() {}

  private static Path createLauncher() {
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

  private static Path createArchive() {
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

  /** The command line up to and including the main class. */
  static List<String> java(Path lib, List<String> options) {
    List<String> command = new ArrayList<>(JAVA);
    if (lib.equals(LIB)) {
      command.addAll(fastStart());
    }
    command.addAll(options);
    command.addAll(main(lib));
    return command;
  }

  /** Options that shorten the start. Java also starts without the archive. */
  static List<String> fastStart() {
    return List.of("-XX:SharedArchiveFile=" + ARCHIVE, "-Xlog:disable");
  }

  private static List<String> main(Path lib) {
    return List.of("-cp", lib + "/*", "io.dsxconnect.app.Dsx");
  }
}
