package io.dsxconnect.core.record;

import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Rejects most records that a query does not match by their JSON, because parsing a record costs
 * far more than a look at its text. A record that it accepts may still not match; one that it
 * rejects does not match. Immutable.
 */
final class RawFilter implements Predicate<String> {
  private final @Nullable String connector;
  private final @Nullable String job;
  private final @Nullable String text;

  private RawFilter(@Nullable String connector, @Nullable String job, @Nullable String text) {
    this.connector = connector;
    this.job = job;
    this.text = text;
  }

  static RawFilter of(ResultQuery query) {
    String text = query.filter().content().text();
    return new RawFilter(
        plain(query.filter().connector()),
        plain(query.job()),
        text == null ? null : plain(text.toLowerCase(Locale.ROOT)));
  }

  /** The text if JSON holds it as it is; else null, so that records are not rejected by it. */
  private static @Nullable String plain(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') {
        return null;
      }
    }
    return text;
  }

  @Override
  public boolean test(String json) {
    return (connector == null || json.contains(connector))
        && (job == null || json.contains(job))
        && (text == null || mayContain(json, text));
  }

  /**
   * Whether a record may contain a text of ASCII in any case. Other characters, raw or escaped, may
   * be shown as ASCII or have an ASCII character in lower case, so they decide nothing.
   */
  private static boolean mayContain(String json, String text) {
    char lower = text.charAt(0);
    char upper = Character.toUpperCase(lower);
    int last = json.length() - text.length();
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c >= 0x7F || (c == '\\' && i + 1 < json.length() && json.charAt(i + 1) == 'u')) {
        return true;
      }
      if ((c == lower || c == upper)
          && i <= last
          && json.regionMatches(true, i, text, 0, text.length())) {
        return true;
      }
    }
    return false;
  }
}
