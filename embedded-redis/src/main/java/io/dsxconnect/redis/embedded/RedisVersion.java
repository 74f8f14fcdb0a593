package io.dsxconnect.redis.embedded;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of Redis or Valkey, as {@code redis-server --version} prints it. Immutable. */
record RedisVersion(int major, int minor, int patch) implements Comparable<RedisVersion> {
  private static final Pattern PRINTED =
      Pattern.compile("\\bv=(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?");
  private static final Comparator<RedisVersion> ORDER =
      Comparator.comparingInt(RedisVersion::major)
          .thenComparingInt(RedisVersion::minor)
          .thenComparingInt(RedisVersion::patch);

  /**
   * The version in a text such as {@code Redis server v=7.0.15 sha=...}; empty if there is none.
   */
  static Optional<RedisVersion> printedIn(String text) {
    Matcher version = PRINTED.matcher(text);
    if (!version.find()) {
      return Optional.empty();
    }
    String patch = version.group(3);
    return Optional.of(
        new RedisVersion(
            Integer.parseInt(version.group(1)),
            Integer.parseInt(version.group(2)),
            patch == null ? 0 : Integer.parseInt(patch)));
  }

  boolean isAtLeast(RedisVersion other) {
    return compareTo(other) >= 0;
  }

  @Override
  public int compareTo(RedisVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
