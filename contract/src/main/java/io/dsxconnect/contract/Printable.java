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
    int at = append(text, MAX, "", out);
    if (at < text.length()) {
      out.append("… (").append(text.length()).append(" characters)");
    }
    return out.toString();
  }

  /**
   * A whole document made fit for a terminal: as {@link #of}, but not cut, and lines and tabs stay.
   * Within a string of JSON the result means the same.
   */
  public static String document(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    append(text, text.length(), "\n\r\t", out);
    return out.toString();
  }

  /** Appends up to {@code most} characters; gives back the place of the first that was left out. */
  private static int append(String text, int most, String kept, StringBuilder out) {
    int at = 0;
    while (at < text.length() && at < most) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      int type = Character.getType(c);
      boolean unfit =
          type == Character.CONTROL
              || type == Character.FORMAT
              || type == Character.LINE_SEPARATOR
              || type == Character.PARAGRAPH_SEPARATOR;
      if (type == Character.SURROGATE) {
        out.append(Surrogates.shown(c));
      } else if (!unfit || kept.indexOf(c) >= 0) {
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
