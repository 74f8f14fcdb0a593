package io.dsxconnect.standin;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How the stand-in misbehaves, for tests.
 *
 * @param delay before each answer
 */
public record Behaviour(Duration delay, Mode mode) {
  public static final Behaviour GOOD = new Behaviour(Duration.ZERO, Mode.GOOD);

  /** What it answers. */
  public enum Mode {
    GOOD,
    /** 503 with Retry-After. */
    BUSY,
    /** 500. */
    BROKEN,
    /** 401. */
    UNAUTHORIZED,
    /** 200 that is not JSON. */
    NONSENSE,
    /** 200 with an empty body. */
    EMPTY,
    /** A verdict that nobody knows. */
    NEW_VERDICT,
    /** Benign, for another length. */
    WRONG_LENGTH,
    /** Benign, for another hash. */
    WRONG_HASH,
    /** Answers Benign without reading the body. */
    HASTY,
    /** The camelCase layout. */
    NESTED
  }

  /** Parses {@code good}, {@code busy}, ... as given on the command line. */
  public static Mode mode(String name) {
    for (Mode mode : Mode.values()) {
      if (mode.name().equalsIgnoreCase(name.replace('-', '_'))) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "unknown behaviour '"
            + name
            + "': one of "
            + String.join(
                ", ",
                List.of(Mode.values()).stream()
                    .map(m -> m.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .toList()));
  }
}
