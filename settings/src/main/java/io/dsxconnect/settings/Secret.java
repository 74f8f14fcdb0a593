package io.dsxconnect.settings;

import java.util.regex.Pattern;

/**
 * A secret value; {@link #toString} masks it. Immutable.
 *
 * @param value the secret in plain text, for the code that sends or compares it
 */
public record Secret(String value) {
  /** Printed instead of a secret. */
  public static final String MASK = "**********";

  /** Everything before the last {@code @} of a URL, even of a malformed one. */
  private static final Pattern CREDENTIALS =
      Pattern.compile("\\b([a-zA-Z][a-zA-Z0-9+.-]*:/+)\\S*@");

  /**
   * {@return the text with user and password of every URL in it masked}
   *
   * @param text any text
   */
  public static String maskedCredentials(String text) {
    return CREDENTIALS.matcher(text).replaceAll("$1" + MASK + "@");
  }

  @Override
  public String toString() {
    return MASK;
  }
}
