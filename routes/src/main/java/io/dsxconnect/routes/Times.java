package io.dsxconnect.routes;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Parses times in requests. */
final class Times {
  private Times() {}

  /** Seconds since the epoch, from such a number or an ISO-8601 time; null for any other text. */
  static @Nullable Long epochSeconds(String text) {
    String given = text.strip();
    if (given.matches("[0-9]{1,12}")) {
      return Long.valueOf(given);
    }
    try {
      return given.endsWith("Z")
          ? Instant.parse(given).getEpochSecond()
          // Decoding a query turns a plus sign into a space.
          : OffsetDateTime.parse(given.replace(' ', '+')).toEpochSecond();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
