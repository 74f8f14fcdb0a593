package io.dsxconnect.connector.filter;

import java.util.ArrayList;
import java.util.List;

/** Parses a {@link Filter}: tokens, their signs and their patterns. Confined to one thread. */
final class FilterParser {
  /** Prefix of a pattern that ignores case. */
  private static final String IGNORE_CASE = "(?i)";

  /** Every file is tested against every pattern, and every request to the core has the text. */
  private static final int MAX_CHARS = 8192;

  private static final int MAX_TOKENS = 200;

  private final List<PathPattern> includes = new ArrayList<>();
  private final List<PathPattern> excludes = new ArrayList<>();
  private boolean nothing;

  private FilterParser() {}

  static Filter parse(String text) throws InvalidFilter {
    if (text.length() > MAX_CHARS) {
      throw new InvalidFilter("too long: at most " + MAX_CHARS + " characters");
    }
    FilterParser parser = new FilterParser();
    List<Token> tokens = Token.split(text);
    if (tokens.size() > MAX_TOKENS) {
      throw new InvalidFilter("too long: at most " + MAX_TOKENS + " patterns and signs");
    }
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      boolean takesNext =
          token.is("-") || token.is("+") || token.is("--include") || token.is("--exclude");
      boolean exclude =
          token.starts("--exclude") || (token.starts("-") && !token.starts("--include"));
      Token pattern;
      if (takesNext) {
        if (++i == tokens.size()) {
          throw new InvalidFilter("'" + token.text() + "' has no pattern after it");
        }
        pattern = tokens.get(i);
      } else {
        pattern = token.from(signLength(token));
      }
      parser.add(pattern, exclude, i == tokens.size() - 1, token);
    }
    return new Filter(parser.includes, parser.excludes, parser.nothing);
  }

  private static int signLength(Token token) {
    if (token.starts("--include=") || token.starts("--exclude=")) {
      return "--include=".length();
    }
    return token.starts("-") || token.starts("+") ? 1 : 0;
  }

  private void add(Token signed, boolean exclude, boolean closing, Token whole)
      throws InvalidFilter {
    boolean ignoreCase = signed.starts(IGNORE_CASE);
    Token token = ignoreCase ? signed.from(IGNORE_CASE.length()) : signed;
    if (token.text().isEmpty()) {
      throw new InvalidFilter("'" + whole.text() + "' has an empty pattern");
    }
    if (exclude && closing && (token.is("**") || token.is("*"))) {
      // "And nothing else": redundant after includes, and excludes everything without them.
      nothing = includes.isEmpty();
      return;
    }
    boolean anchored = token.starts("/");
    List<Glob> globs = new ArrayList<>();
    for (Token component : token.split('/')) {
      if (component.text().equals("..")) {
        throw new InvalidFilter("'" + whole.text() + "' leaves the asset with '..'");
      }
      if (!component.text().isEmpty() && !component.text().equals(".")) {
        globs.add(Glob.of(component, ignoreCase));
      }
    }
    boolean directory = token.text().endsWith("/");
    if (globs.isEmpty()) {
      // "/" and "." are the asset itself, with everything in it.
      if (exclude) {
        nothing = true;
      } else {
        includes.add(PathPattern.everything());
      }
      return;
    }
    boolean names = !anchored && globs.size() == 1;
    Glob only = globs.getFirst();
    boolean rootOnly = names && !exclude && (only.literal() || token.is("*"));
    if (names && !rootOnly && !only.anyDepth()) {
      globs.addFirst(Glob.ANY_DEPTH);
    }
    boolean subtree = directory || globs.getLast().literal();
    (exclude ? excludes : includes).add(new PathPattern(globs, subtree, directory));
  }
}
