package io.dsxconnect.contract;

/** Text from outside made fit for one line of a log or a terminal. */
public final class Printable {
  private static final int MAX = 500;

  private Printable() {}

  /**
   * The text with control characters, line separators, direction overrides and lone surrogates
   * written as {@code \}{@code uXXXX} (a byte that is not UTF-8 as {@code %XX}), cut after 500
   * characters.
   */
  public static String of(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), MAX) + 8);
    int at = 0;
    while (at < text.length() && at < MAX) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      int type = Character.getType(c);
      if (type == Character.SURROGATE) {
        out.append(Surrogates.shown(c));
      } else if (type == Character.CONTROL
          || type == Character.FORMAT
          || type == Character.LINE_SEPARATOR
          || type == Character.PARAGRAPH_SEPARATOR) {
        out.append(String.format("\\u%04x", c));
      } else {
        out.appendCodePoint(c);
      }
    }
    if (at < text.length()) {
      out.append("… (").append(text.length()).append(" characters)");
    }
    return out.toString();
  }
}
