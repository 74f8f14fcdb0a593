package io.dsxconnect.contract;

import org.jspecify.annotations.Nullable;

/**
 * A scanner's explanation of its verdict. Immutable; every part is free text, and null if the
 * scanner did not send it.
 *
 * @param eventDescription what happened, for example {@code File not scanned}
 * @param reason the reason of the verdict; {@code Encrypted File} is counted in {@link ScanStats}
 * @param threatType the scanner's name of the threat; kept unchanged
 */
public record VerdictDetails(
    @Nullable String eventDescription, @Nullable String reason, @Nullable String threatType) {

  /** No explanation. */
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
