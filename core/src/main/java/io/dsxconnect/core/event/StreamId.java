package io.dsxconnect.core.event;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of an entry of a Redis stream, which is also its position. Ids grow, and every process
 * sees the same ones. Immutable.
 *
 * @param millis when the entry was added, in milliseconds since the epoch by the clock of Redis;
 *     unsigned
 * @param sequence distinguishes entries of the same millisecond, from 0; unsigned
 */
public record StreamId(long millis, long sequence) implements Comparable<StreamId> {
  /** The position before every entry. */
  public static final StreamId NONE = new StreamId(0, 0);

  private static final Pattern FORM = Pattern.compile("([0-9]{1,20})-([0-9]{1,20})");

  private static final Comparator<StreamId> ORDER =
      Comparator.comparing(StreamId::millis, Long::compareUnsigned)
          .thenComparing(StreamId::sequence, Long::compareUnsigned);

  /** The id in its text form; empty when the text has another form. */
  public static Optional<StreamId> parse(String text) {
    Matcher id = FORM.matcher(text);
    if (!id.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new StreamId(Long.parseUnsignedLong(id.group(1)), Long.parseUnsignedLong(id.group(2))));
    } catch (NumberFormatException e) {
      // More than 64 bits.
      return Optional.empty();
    }
  }

  /** The id of an entry as Redis sent it. */
  static StreamId of(String text) {
    return parse(text).orElseThrow(() -> new IllegalStateException("not a stream id: " + text));
  }

  @Override
  public int compareTo(StreamId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
  }
}
