package io.dsxconnect.contract;

import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads UUIDs as the original product does. Thread-safe. */
public final class Uuids {
  private static final Pattern FORM =
      Pattern.compile("(?:urn:uuid:)?\\{?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}}?");

  private Uuids() {}

  /**
   * {@return the canonical notation of a UUID, in lower case with hyphens; null if the text is not
   * a UUID}
   *
   * @param text in any standard notation: with or without hyphens, braces and {@code urn:uuid:}
   */
  public static @Nullable String canonical(String text) {
    if (!FORM.matcher(text).matches()) {
      return null;
    }
    String hex = text.replaceFirst("^urn:uuid:", "").replaceAll("[{}-]", "");
    return new UUID(Long.parseUnsignedLong(hex, 0, 16, 16), Long.parseUnsignedLong(hex, 16, 32, 16))
        .toString();
  }
}
