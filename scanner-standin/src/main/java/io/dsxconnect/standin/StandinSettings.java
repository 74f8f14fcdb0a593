package io.dsxconnect.standin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the stand-in. Immutable.
 *
 * @param token required in the header {@code AUTH_TOKEN} or {@code AUTH}; null for no
 *     authentication
 * @param hashes SHA-256 of malicious files in lower-case hex
 * @param pathRoot the folder that {@code by_path} reads from; null to disable scanning by path
 * @param behaviour how the stand-in answers at first
 */
public record StandinSettings(
    @Nullable String token, Set<String> hashes, @Nullable Path pathRoot, Behaviour behaviour) {
  /** No authentication, no hashes, no scanning by path. */
  public static final StandinSettings DEFAULT =
      new StandinSettings(null, Set.of(), null, Behaviour.GOOD);

  /**
   * Reads a file with one hash per line; ignores blank lines and text after {@code #}.
   *
   * @throws IOException if the file cannot be read
   */
  public static Set<String> hashesIn(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> line.replaceFirst("#.*", "").strip().toLowerCase(Locale.ROOT))
        .filter(line -> !line.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
