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
 * Where a server notes, once it listens, at which URL its health is told, for {@code dsx health}
 * beside it: the file that {@code DSX_HEALTH_FILE} names. Images set it; without it nothing is
 * noted. It is not deleted: one that is left behind names a URL at which nobody answers.
 */
public final class HealthFile {
  /** Notes nothing. */
  public static final HealthFile NONE = new HealthFile(null);

  static final String NAME = "DSX_HEALTH_FILE";
  private static final Logger log = LoggerFactory.getLogger(HealthFile.class);
  private static final long LONGEST = 4096;

  private final @Nullable Path file;

  private HealthFile(@Nullable Path file) {
    this.file = file;
  }

  /** The file that {@code DSX_HEALTH_FILE} names; {@link #NONE} when it is unset or blank. */
  public static HealthFile of(Map<String, String> environment) {
    String name = environment.getOrDefault(NAME, "");
    return name.isBlank() ? NONE : new HealthFile(Path.of(name.strip()));
  }

  void write(String url) {
    if (file == null) {
      return;
    }
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try {
      Files.writeString(next, url + "\n");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.warn("{}: cannot write {}: `dsx health` will not know this process", NAME, file);
    }
  }

  /** What was noted; empty while the server is not ready. */
  Optional<String> read() {
    if (file == null) {
      throw new StartFailure("give a URL, or set " + NAME + " here and for the server");
    }
    try {
      return Files.exists(file) && Files.size(file) <= LONGEST
          ? Optional.of(Files.readString(file).strip())
          : Optional.empty();
    } catch (IOException e) {
      throw new StartFailure("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
