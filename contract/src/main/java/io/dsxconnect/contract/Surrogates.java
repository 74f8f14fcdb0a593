package io.dsxconnect.contract;

/**
 * Handles lone surrogates, which cannot be encoded as UTF-8. Python represents an invalid byte 80
 * to FF of a name as U+DC80 to U+DCFF; such a name must be returned to its connector unchanged.
 * Thread-safe.
 */
public final class Surrogates {
  private Surrogates() {}

  /**
   * {@return whether the text contains a lone surrogate, so that it cannot be encoded as UTF-8}
   *
   * @param text any text
   */
  public static boolean anyAlone(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isLone(text, i)) {
        return true;
      }
      if (Character.isHighSurrogate(text.charAt(i))) {
        i++;
      }
    }
    return false;
  }

  /**
   * Escapes lone surrogates for display.
   *
   * @param text any text
   * @return the text with U+DC80 to U+DCFF as {@code %XX}, any other lone surrogate as {@code
   *     \}{@code udXXX}, everything else unchanged
   */
  public static String shown(String text) {
    if (!anyAlone(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      if (isLone(text, i)) {
        out.append(shown(text.charAt(i)));
      } else {
        out.append(text.charAt(i));
        if (Character.isHighSurrogate(text.charAt(i))) {
          out.append(text.charAt(++i));
        }
      }
    }
    return out.toString();
  }

  /** A lone surrogate for display. */
  static String shown(int surrogate) {
    return surrogate >= 0xDC80 && surrogate <= 0xDCFF
        ? String.format("%%%02X", surrogate - 0xDC00)
        : String.format("\\u%04x", surrogate);
  }

  /** The length of the text in bytes of UTF-8; a lone surrogate counts as three. */
  static long bytes(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // A surrogate pair takes four bytes, so each half counts as two.
      bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate(c) && !isLone(text, i) ? 2 : 3;
    }
    return bytes;
  }

  private static boolean isLone(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }
}
