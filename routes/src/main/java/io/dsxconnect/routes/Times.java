package io.dsxconnect.routes;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Times as clients write and read them. */
final class Times {
  private Times() {}

  /** Seconds since the epoch, from those or from ISO-8601; null when it is neither. */
  static @Nullable Long epochSeconds(String text) {
    String given = text.strip();
    if (given.matches("[0-9]{1,12}")) {
      return Long.valueOf(given);
    }
    try {
      return given.endsWith("Z")
          ? Instant.parse(given).getEpochSecond()
          // A plus sign in a query is a blank once it is decoded.
          : OffsetDateTime.parse(given.replace(' ', '+')).toEpochSecond();
    } catch (DateTimeException e) {
      return null;
    }
  }
}
