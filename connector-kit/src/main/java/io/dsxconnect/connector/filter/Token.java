package io.dsxconnect.connector.filter;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A word of a filter.
 *
 * @param text the word, without quotes and escapes
 * @param quoted the indexes of characters that were quoted or escaped, and so are literal
 */
record Token(String text, BitSet quoted) {

  /** Splits at unquoted white space and commas. Quotes and backslash work as in a POSIX shell. */
  static List<Token> split(String filter) throws InvalidFilter {
    List<Token> tokens = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    BitSet quoted = new BitSet();
    boolean open = false;
    char quote = 0;
    for (int i = 0; i < filter.length(); i++) {
      char c = filter.charAt(i);
      if (quote == 0 && (Character.isWhitespace(c) || c == ',')) {
        if (open) {
          tokens.add(new Token(text.toString(), quoted));
          text.setLength(0);
          quoted = new BitSet();
          open = false;
        }
        continue;
      }
      open = true;
      if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else if (c == '\\' && quote != '\'') {
        if (++i == filter.length()) {
          throw new InvalidFilter("'" + text + "\\' ends with a backslash");
        }
        char escaped = filter.charAt(i);
        // In double quotes a backslash escapes only the quote and itself.
        if (quote == '"' && escaped != '"' && escaped != '\\') {
          quoted.set(text.length());
          text.append('\\');
        }
        quoted.set(text.length());
        text.append(escaped);
      } else {
        if (quote != 0) {
          quoted.set(text.length());
        }
        text.append(c);
      }
    }
    if (quote != 0) {
      throw new InvalidFilter("'" + text + "' has a quote that is not closed");
    }
    if (open) {
      tokens.add(new Token(text.toString(), quoted));
    }
    return tokens;
  }

  /** Whether it equals this word, unquoted. */
  boolean is(String word) {
    return text.equals(word) && quoted.isEmpty();
  }

  /** Whether it begins with these characters, unquoted. */
  boolean starts(String prefix) {
    int firstQuoted = quoted.nextSetBit(0);
    return text.startsWith(prefix) && (firstQuoted < 0 || firstQuoted >= prefix.length());
  }

  Token from(int begin) {
    return part(begin, text.length());
  }

  List<Token> split(char separator) {
    List<Token> parts = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == separator) {
        parts.add(part(begin, i));
        begin = i + 1;
      }
    }
    return parts;
  }

  private Token part(int begin, int end) {
    return new Token(text.substring(begin, end), quoted.get(begin, end));
  }
}
