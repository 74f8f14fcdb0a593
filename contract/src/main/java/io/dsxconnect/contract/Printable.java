package io.dsxconnect.contract;

/** Makes text from other programs safe for a line of a log or a terminal. Thread-safe. */
public final class Printable {
  private static final int MAX_CHARS = 500;

  private Printable() {}

  /**
   * Escapes and truncates a text for one line.
   *
   * @param text any text
   * @return the text with control characters, line separators, direction overrides and lone
   *     surrogates escaped as {@code \}{@code uXXXX} (U+DC80 to U+DCFF, a byte that is not UTF-8,
   *     as {@code %XX}), truncated after 500 characters
   */
  public static String of(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_CHARS) + 8);
    int at = append(text, MAX_CHARS, "", out);
    if (at < text.length()) {
      out.append("… (").append(text.length()).append(" characters)");
    }
    return out.toString();
  }

  /**
   * Escapes a whole document like {@link #of}, without truncating it; line breaks and tabs stay.
   * The escapes do not change the meaning of JSON strings.
   *
   * @param text any text
   * @return the escaped text
   */
  public static String document(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    append(text, text.length(), "\n\r\t", out);
    return out.toString();
  }

  /** Appends up to {@code max} characters; returns the index of the first omitted one. */
  private static int append(String text, int max, String kept, StringBuilder out) {
    int at = 0;
    while (at < text.length() && at < max) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      int type = Character.getType(c);
      boolean unsafe =
          type == Character.CONTROL
              || type == Character.FORMAT
              || type == Character.LINE_SEPARATOR
              || type == Character.PARAGRAPH_SEPARATOR;
      if (type == Character.SURROGATE) {
        out.append(Surrogates.shown(c));
      } else if (!unsafe || kept.indexOf(c) >= 0) {
        out.appendCodePoint(c);
      } else if (Character.isBmpCodePoint(c)) {
        out.append(String.format("\\u%04x", c));
      } else {
        out.append(
            String.format(
                "\\u%04x\\u%04x",
                (int) Character.highSurrogate(c), (int) Character.lowSurrogate(c)));
      }
    }
    return at;
  }
}
