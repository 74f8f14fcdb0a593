package io.dsxconnect.core.record;

import io.dsxconnect.contract.ScanResultStatus;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Rejects most records that a query does not match by their JSON, because parsing a record costs
 * far more than a look at its text. A record that it accepts may still not match; one that it
 * rejects does not match. Immutable.
 */
final class RawFilter implements Predicate<String> {
  private static final String RECORDED_AT = "\"recorded_at\":\"";

  private final @Nullable String connector;
  private final @Nullable String job;
  private final @Nullable String text;
  private final List<String> statuses;
  private final ResultQuery.Period period;

  private RawFilter(
      @Nullable String connector,
      @Nullable String job,
      @Nullable String text,
      List<String> statuses,
      ResultQuery.Period period) {
    this.connector = connector;
    this.job = job;
    this.text = text;
    this.statuses = statuses;
    this.period = period;
  }

  static RawFilter of(ResultQuery query) {
    String text = query.filter().content().text();
    return new RawFilter(
        plain(query.filter().connector()),
        plain(query.job()),
        text == null ? null : plain(text.toLowerCase(Locale.ROOT)),
        statuses(query.filter().content().actions()),
        query.filter().period());
  }

  /** The field of a record with one of these states; empty if no status stands for them alone. */
  private static List<String> statuses(Set<ActionState> states) {
    return Set.of(ActionState.FAILED, ActionState.SUCCEEDED).containsAll(states)
        ? states.stream()
            .map(
                state ->
                    state == ActionState.FAILED
                        ? ScanResultStatus.ACTION_FAILED
                        : ScanResultStatus.ACTION_SUCCEEDED)
            .map(status -> "\"status\":\"" + status.wire() + '"')
            .toList()
        : List.of();
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
        && (statuses.isEmpty() || statuses.stream().anyMatch(json::contains))
        && (period.equals(ResultQuery.Period.EVER) || mayBeOf(json))
        && (text == null || mayContain(json, text));
  }

  /**
   * Whether a record may be of the period. The quotes in texts are escaped, so no text is a field.
   */
  private boolean mayBeOf(String json) {
    int at = json.lastIndexOf(RECORDED_AT);
    int end = at < 0 ? -1 : json.indexOf('"', at + RECORDED_AT.length());
    if (end < 0) {
      return true;
    }
    try {
      Instant time = Instant.parse(json.substring(at + RECORDED_AT.length(), end));
      return period.contains(time.getEpochSecond());
    } catch (DateTimeParseException e) {
      // The record is parsed, which reports what is wrong with it.
      return true;
    }
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
