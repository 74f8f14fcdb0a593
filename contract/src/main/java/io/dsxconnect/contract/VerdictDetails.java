package io.dsxconnect.contract;

import org.jspecify.annotations.Nullable;

/**
 * A scanner's explanation of its verdict. All parts are free text and may be null; threat types are
 * kept unchanged. Immutable.
 */
public record VerdictDetails(
    @Nullable String eventDescription, @Nullable String reason, @Nullable String threatType) {

  public static final VerdictDetails NONE = new VerdictDetails(null, null, null);

  static VerdictDetails read(@Nullable Fields f) {
    return f == null
        ? NONE
        : new VerdictDetails(
            f.nullableText("event_description"),
            f.nullableText("reason"),
            f.nullableText("threat_type"));
  }
}
