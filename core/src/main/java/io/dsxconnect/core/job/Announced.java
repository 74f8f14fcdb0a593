package io.dsxconnect.core.job;

import java.util.List;

/** What came of announcing a full scan. */
public sealed interface Announced {
  /** It is a new one: the connector is to be called. */
  record New() implements Announced {}

  /** A scan of the same is at work as this job. */
  record Active(String job) implements Announced {}

  /** Another scan of this connector is at work as this job. */
  record Differs(String job) implements Announced {}

  /** The job's id was used by a scan that has listed everything. */
  record Used() implements Announced {}

  /** The job's id is that of another connector's job. */
  record Foreign() implements Announced {}

  /** As {@code announce.lua} answers. */
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
