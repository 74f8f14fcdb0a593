package io.dsxconnect.connector.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * One path component of a pattern. Matching takes time in the product of the lengths of pattern and
 * component at most. Immutable.
 */
final class Glob {
  /** {@code **}: any number of components. */
  static final Glob ANY_DEPTH = new Glob("**", List.of(), false, false);

  private final String text;
  private final List<Step> steps;
  private final boolean literal;
  private final boolean ignoreCase;

  private Glob(String text, List<Step> steps, boolean literal, boolean ignoreCase) {
    this.text = text;
    this.steps = steps;
    this.literal = literal;
    this.ignoreCase = ignoreCase;
  }

  private sealed interface Step {}

  private record Literal(int codePoint) implements Step {}

  private record AnyChar() implements Step {}

  private record AnyChars() implements Step {}

  private record CharClass(boolean negated, List<int[]> ranges) implements Step {
    boolean contains(int c) {
      for (int[] range : ranges) {
        if (c >= range[0] && c <= range[1]) {
          return true;
        }
      }
      return false;
    }
  }

  static Glob of(Token token, boolean ignoreCase) {
    if (token.is("**")) {
      return ANY_DEPTH;
    }
    String text = token.text();
    List<Step> steps = new ArrayList<>();
    boolean literal = true;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      boolean special = !token.quoted().get(i);
      int end = special && c == '[' ? classEnd(token, i) : -1;
      if (end > 0) {
        steps.add(classOf(text.substring(i + 1, end)));
        literal = false;
        i = end + 1;
        continue;
      }
      if (special && c == '*') {
        steps.add(new AnyChars());
        literal = false;
      } else if (special && c == '?') {
        steps.add(new AnyChar());
        literal = false;
      } else {
        steps.add(new Literal(c));
      }
      i += Character.charCount(c);
    }
    return new Glob(text, List.copyOf(steps), literal, ignoreCase);
  }

  /**
   * Returns the end of the character class that begins at {@code open}, or -1: then the bracket is
   * a literal.
   */
  private static int classEnd(Token token, int open) {
    int first = open + 1;
    if (first < token.text().length() && "!^".indexOf(token.text().charAt(first)) >= 0) {
      first++;
    }
    int end = token.text().indexOf(']', first + 1);
    return end;
  }

  private static CharClass classOf(String inside) {
    boolean negated = inside.startsWith("!") || inside.startsWith("^");
    int[] c = inside.substring(negated ? 1 : 0).codePoints().toArray();
    List<int[]> ranges = new ArrayList<>();
    for (int i = 0; i < c.length; i++) {
      if (i + 2 < c.length && c[i + 1] == '-') {
        ranges.add(new int[] {c[i], c[i + 2]});
        i += 2;
      } else {
        ranges.add(new int[] {c[i], c[i]});
      }
    }
    return new CharClass(negated, ranges);
  }

  boolean literal() {
    return literal;
  }

  /** Whether it matches its own text only. */
  boolean exact() {
    return literal && !ignoreCase;
  }

  boolean anyDepth() {
    return this == ANY_DEPTH;
  }

  String text() {
    return text;
  }

  boolean matches(String component) {
    if (exact()) {
      return text.equals(component);
    }
    int[] c = component.codePoints().toArray();
    int at = 0;
    int step = 0;
    int starAt = -1;
    int starStep = -1;
    while (at < c.length) {
      if (step < steps.size() && steps.get(step) instanceof AnyChars) {
        starAt = at;
        starStep = step++;
      } else if (step < steps.size() && matches(steps.get(step), c[at])) {
        step++;
        at++;
      } else if (starStep >= 0) {
        // Backtracking to the last star only keeps the time bounded.
        step = starStep + 1;
        at = ++starAt;
      } else {
        return false;
      }
    }
    while (step < steps.size() && steps.get(step) instanceof AnyChars) {
      step++;
    }
    return step == steps.size();
  }

  private boolean matches(Step step, int c) {
    return switch (step) {
      case AnyChar any -> true;
      case AnyChars any -> true;
      case Literal literal -> testIgnoringCase(c, other -> other == literal.codePoint());
      case CharClass charClass -> charClass.negated() != testIgnoringCase(c, charClass::contains);
    };
  }

  private boolean testIgnoringCase(int c, IntPredicate test) {
    return test.test(c)
        || (ignoreCase
            && (test.test(Character.toLowerCase(c)) || test.test(Character.toUpperCase(c))));
  }
}
