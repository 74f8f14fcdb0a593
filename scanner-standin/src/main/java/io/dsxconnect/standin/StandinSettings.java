package io.dsxconnect.standin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * @param token required in {@code AUTH_TOKEN} or {@code AUTH} when not null
 * @param hashes SHA-256, lower-case hex, that are malicious
 * @param pathRoot below which {@code by_path} reads; null switches it off
 */
public record StandinSettings(
    @Nullable String token, Set<String> hashes, @Nullable Path pathRoot, Behaviour behaviour) {
  public static final StandinSettings DEFAULT =
      new StandinSettings(null, Set.of(), null, Behaviour.GOOD);

  /** One hash a line; blank lines and what follows a {@code #} do not count. */
  public static Set<String> hashesIn(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> line.replaceFirst("#.*", "").strip().toLowerCase(Locale.ROOT))
        .filter(line -> !line.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
