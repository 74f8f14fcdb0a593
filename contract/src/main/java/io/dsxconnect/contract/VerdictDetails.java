package io.dsxconnect.contract;

import org.jspecify.annotations.Nullable;

/** Why a scanner decided as it did; all free text, threat types are kept as they come. */
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
