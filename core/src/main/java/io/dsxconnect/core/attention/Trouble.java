package io.dsxconnect.core.attention;

import io.dsxconnect.contract.Printable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that needs a person's attention. Immutable. Make one with {@link #of}.
 *
 * @param subject what is in trouble; null for the whole platform
 * @param link a path of the page on which the person can act
 */
public record Trouble(
    Kind kind,
    Severity severity,
    @Nullable Subject subject,
    Facts facts,
    Words words,
    String link) {

  /**
   * The object in trouble.
   *
   * @param type for example {@code connector}, {@code job} or {@code queue}
   * @param name for people
   */
  public record Subject(String type, String id, String name) {
    /** Replaces what is not printable in the name, which comes from outside. */
    public Subject {
      name = Printable.of(name);
    }
  }

  /**
   * What is known in numbers.
   *
   * @param count of files or tasks; null when nothing is counted
   * @param complete false when there may be more than {@code count}
   * @param since seconds since the epoch; null when only the first sight of it is known
   */
  record Facts(@Nullable Long count, boolean complete, @Nullable Long since) {}

  /**
   * Plain sentences, without ages, which would be wrong a minute later.
   *
   * @param summary what is the case
   * @param detail cause and effect
   */
  public record Words(String summary, String detail) {}

  /** A trouble of the whole platform, with the severity of its kind. */
  static Trouble of(Kind kind, String link, Words words) {
    return new Trouble(kind, kind.severity(), null, new Facts(null, true, null), words, link);
  }

  Trouble about(Subject other) {
    return new Trouble(kind, severity, other, facts, words, link);
  }

  Trouble as(Severity other) {
    return new Trouble(kind, other, subject, facts, words, link);
  }

  Trouble counting(long count) {
    return counting(count, true);
  }

  /**
   * @param complete false when there may be more than {@code count}
   */
  Trouble counting(long count, boolean complete) {
    return new Trouble(
        kind, severity, subject, new Facts(count, complete, facts.since), words, link);
  }

  Trouble since(long seconds) {
    return new Trouble(
        kind, severity, subject, new Facts(facts.count, facts.complete, seconds), words, link);
  }

  /** Identifies the trouble as long as it lasts. */
  String id() {
    return kind.wire() + ":" + (subject == null ? "" : subject.id);
  }

  /** How many files or tasks it is about; null when nothing is counted. */
  public @Nullable Long count() {
    return facts.count;
  }

  /** Whether {@link #count} is exact; false when there may be more. */
  public boolean complete() {
    return facts.complete;
  }

  /** {@code 1 file} or {@code 2,000 files}. */
  static String number(long count, String one) {
    return String.format(Locale.ROOT, "%,d", count) + " " + one + (count == 1 ? "" : "s");
  }
}
