package io.dsxconnect.settings;

import java.util.regex.Pattern;

/** A value that never prints itself. */
public record Secret(String value) {
  /** What stands for any secret. */
  public static final String MASK = "**********";

  /** What stands before the last {@code @} of an address, also of one that is written wrongly. */
  private static final Pattern CREDENTIALS =
      Pattern.compile("\\b([a-zA-Z][a-zA-Z0-9+.-]*:/+)\\S*@");

  /** A text with the user and password of every address in it masked. */
  public static String maskedCredentials(String text) {
    return CREDENTIALS.matcher(text).replaceAll("$1" + MASK + "@");
  }

  @Override
  public String toString() {
    return MASK;
  }
}
