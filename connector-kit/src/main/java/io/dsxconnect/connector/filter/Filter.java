package io.dsxconnect.connector.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Narrows what lies under an asset. Immutable, thread-safe. Paths are relative to the asset and
 * {@code /}-separated. Upper and lower case differ, except in a pattern that begins with {@code
 * (?i)}. One engine serves walking, events and object keys.
 */
public final class Filter {
  private final List<PathPattern> includes;
  private final List<PathPattern> excludes;
  private final boolean nothing;

  Filter(List<PathPattern> includes, List<PathPattern> excludes, boolean nothing) {
    this.includes = List.copyOf(includes);
    this.excludes = List.copyOf(excludes);
    this.nothing = nothing;
  }

  /**
   * Parses the filter language; an empty text accepts everything.
   *
   * @throws InvalidFilter naming the token at fault
   */
  public static Filter parse(String text) throws InvalidFilter {
    return FilterParser.parse(text);
  }

  /** Whether the file at this path is wanted. */
  public boolean accepts(String path) {
    String[] components = components(path);
    return !nothing
        && (includes.isEmpty() || any(includes, p -> p.matches(components)))
        && !any(excludes, p -> p.matches(components));
  }

  /**
   * Whether a folder may hold wanted files; false lets a walker skip it, and never changes an
   * answer.
   */
  public boolean mayHold(String folder) {
    if (nothing) {
      return false;
    }
    String[] components = components(folder);
    return (includes.isEmpty() || any(includes, p -> p.mayMatchBelow(components)))
        && !any(excludes, p -> p.matchesAllBelow(components));
  }

  /**
   * Prefixes that a store can list by instead of listing everything; empty when everything must be
   * listed.
   */
  public List<String> listPrefixes() {
    if (!excludes.isEmpty() || includes.isEmpty()) {
      return List.of();
    }
    List<String> prefixes = new ArrayList<>();
    for (PathPattern include : includes) {
      Optional<String> prefix = include.literalPrefix();
      if (prefix.isEmpty()) {
        return List.of();
      }
      if (!prefixes.contains(prefix.get())) {
        prefixes.add(prefix.get());
      }
    }
    return prefixes;
  }

  private static String[] components(String path) {
    return path.isEmpty() ? new String[0] : path.split("/", -1);
  }

  private static boolean any(List<PathPattern> patterns, Predicate<PathPattern> test) {
    for (PathPattern pattern : patterns) {
      if (test.test(pattern)) {
        return true;
      }
    }
    return false;
  }
}
