package io.dsxconnect.standin;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How the stand-in answers, with simulated faults for tests. Immutable.
 *
 * @param delay the wait before each answer
 */
public record Behaviour(Duration delay, Mode mode) {
  /** Answers at once and correctly. */
  public static final Behaviour GOOD = new Behaviour(Duration.ZERO, Mode.GOOD);

  /** The kind of answer. */
  public enum Mode {
    /** The verdict. */
    GOOD,
    /** 503 with Retry-After. */
    BUSY,
    /** 500. */
    BROKEN,
    /** 401. */
    UNAUTHORIZED,
    /** 200 with a body that is not JSON. */
    NONSENSE,
    /** 200 with an empty body. */
    EMPTY,
    /** A verdict that clients do not know. */
    NEW_VERDICT,
    /** The verdict with a wrong length. */
    WRONG_LENGTH,
    /** The verdict with a wrong hash. */
    WRONG_HASH,
    /** Benign, without reading the body. */
    HASTY,
    /** The verdict in the camelCase layout. */
    NESTED
  }

  /**
   * Parses a mode of the command line, for example {@code good} or {@code new-verdict}.
   *
   * @throws IllegalArgumentException if there is no such mode; the message lists the modes
   */
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
