package io.dsxconnect.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs processes as a user to whom file permissions apply. When the tests run as root, the
 * processes get another uid and a copy of the application, because that user may not read the build
 * folder.
 */
final class Unprivileged implements AutoCloseable {
  private static final List<String> DROP =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

  private final boolean root = "root".equals(System.getProperty("user.name"));
  private final Path folder;

  Unprivileged() throws IOException {
    folder = Files.createTempDirectory("dsx-e2e-user");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path temp = Files.createDirectory(folder.resolve("tmp"));
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxrwx"));
    if (root) {
      assumeTrue(mayRunJava(), "needs setpriv and a JDK that every user may run");
      copy(Application.LIB, folder.resolve("lib"));
    }
  }

  private static boolean mayRunJava() {
    try {
      return new ProcessBuilder(
                  Stream.concat(
                          DROP.stream(),
                          Stream.of(System.getProperty("java.home") + "/bin/java", "-version"))
                      .toList())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Path copy = Files.copy(file, to.resolve(file.getFileName()));
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
      }
    }
  }

  /** A folder that this user may read. */
  Path folder() {
    return folder;
  }

  /** Removes all permissions, so that only root can read it. */
  static void forbid(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
  }

  DsxProcess start(DsxCommand command) {
    if (root) {
      command.through(DROP).lib(folder.resolve("lib"));
    }
    return command.temp(folder.resolve("tmp")).start();
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
