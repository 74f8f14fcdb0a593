package io.dsxconnect.contract;

/**
 * Halves of surrogate pairs that stand alone. Python writes a byte 80 to FF of a name that is not
 * UTF-8 as U+DC80 to U+DCFF; such a name must come back to its connector exactly as it came, and
 * has no UTF-8 itself.
 */
public final class Surrogates {
  private Surrogates() {}

  /** Whether the text has no UTF-8, because it holds half a surrogate pair. */
  public static boolean anyAlone(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isAlone(text, i)) {
        return true;
      }
      if (Character.isHighSurrogate(text.charAt(i))) {
        i++;
      }
    }
    return false;
  }

  /**
   * The text as people see it: a byte that is not UTF-8 as {@code %XX}, another lone surrogate as
   * {@code \}{@code udXXX}, everything else as it is.
   */
  public static String shown(String text) {
    if (!anyAlone(text)) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      if (isAlone(text, i)) {
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

  /** A lone surrogate as people see it. */
  static String shown(int surrogate) {
    return surrogate >= 0xDC80 && surrogate <= 0xDCFF
        ? String.format("%%%02X", surrogate - 0xDC00)
        : String.format("\\u%04x", surrogate);
  }

  /** Bytes of the text in UTF-8; a lone surrogate counts as three. */
  static long bytes(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Each half of a pair counts two, which makes the four of the pair.
      bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate(c) && !isAlone(text, i) ? 2 : 3;
    }
    return bytes;
  }

  private static boolean isAlone(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }
}
