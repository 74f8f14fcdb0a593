package io.dsxconnect.core.job;

import java.util.List;

/** The outcome of {@link Jobs#announce}. */
public sealed interface Announced {
  /** The job is announced; the caller calls the connector. */
  record New() implements Announced {}

  /** An equal scan of this connector is active as this job. */
  record Active(String job) implements Announced {}

  /** A different scan of this connector is active as this job. */
  record Differs(String job) implements Announced {}

  /** The job id belongs to a scan of this connector whose listing has ended. */
  record Used() implements Announced {}

  /** The job id belongs to another connector's job. */
  record Foreign() implements Announced {}

  /**
   * Parses the answer of {@code announce.lua}.
   *
   * @throws IllegalStateException when the answer is none of these
   */
  static Announced of(List<Object> answer) {
    return switch ((String) answer.getFirst()) {
      case "new" -> new New();
      case "active" -> new Active((String) answer.getLast());
      case "differs" -> new Differs((String) answer.getLast());
      case "used" -> new Used();
      case "foreign" -> new Foreign();
      default -> throw new IllegalStateException("announce.lua answered " + answer);
    };
  }
}
