package io.dsxconnect.app.process;

import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that {@code DSX_HEALTH_FILE} names: a server writes its health URL to it once it
 * listens, and {@code dsx health} reads it. Images set the variable; without it nothing is written.
 * The file is not deleted: a stale one names a URL that does not answer. Immutable.
 */
public final class HealthFile {
  /** Writes nothing; {@link #read} fails. */
  public static final HealthFile NONE = new HealthFile(null);

  static final String NAME = "DSX_HEALTH_FILE";
  private static final Logger log = LoggerFactory.getLogger(HealthFile.class);
  private static final long MAX_BYTES = 4096;

  private final @Nullable Path file;

  private HealthFile(@Nullable Path file) {
    this.file = file;
  }

  /** The file that {@code DSX_HEALTH_FILE} names; {@link #NONE} when it is unset or blank. */
  public static HealthFile of(Map<String, String> environment) {
    String name = environment.getOrDefault(NAME, "");
    return name.isBlank() ? NONE : new HealthFile(Path.of(name.strip()));
  }

  /** Replaces the file. A failure is logged: the server works without it. */
  void write(String url) {
    if (file == null) {
      return;
    }
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try {
      Files.writeString(next, url + "\n");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.warn("{}: cannot write {}; `dsx health` will not find this process", NAME, file);
    }
  }

  /**
   * The URL; empty while the server is not ready.
   *
   * @throws StartFailure when there is no file to read, or it is not readable
   */
  Optional<String> read() {
    if (file == null) {
      throw new StartFailure("give a URL, or set " + NAME + " for this command and for the server");
    }
    try {
      return Files.exists(file) && Files.size(file) <= MAX_BYTES
          ? Optional.of(Files.readString(file).strip())
          : Optional.empty();
    } catch (IOException e) {
      throw new StartFailure("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
