package io.dsxconnect.connector.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Selects files of an asset by their paths. The language is described in {@code docs/wire.md},
 * "Filters". Paths are relative to the asset, with {@code /} as separator and without one at the
 * start; object keys are paths, too. Matching is case-sensitive, except in patterns that begin with
 * {@code (?i)}. Immutable.
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
   * Parses a filter.
   *
   * @param text patterns separated by white space or commas; empty accepts every file
   * @return the filter
   * @throws InvalidFilter when a pattern is invalid; its message names the token
   */
  public static Filter parse(String text) throws InvalidFilter {
    return FilterParser.parse(text);
  }

  /**
   * Returns whether the filter accepts the file at this path. The time is bounded by the product of
   * the lengths of path and filter.
   *
   * @param path the file's path, relative to the asset
   * @return whether the file is to be scanned
   */
  public boolean accepts(String path) {
    String[] components = components(path);
    return !nothing
        && (includes.isEmpty() || any(includes, p -> p.matches(components)))
        && !any(excludes, p -> p.matches(components));
  }

  /**
   * Returns whether a folder may contain accepted files, so that a listing can skip it otherwise.
   *
   * @param folder the folder's path, relative to the asset; "" for the asset itself
   * @return false only when {@link #accepts} is false for every path below the folder
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
   * Returns path prefixes to which a repository can restrict its listing. Files below them must
   * still be checked with {@link #accepts}.
   *
   * @return distinct prefixes that cover every accepted file; empty when everything must be listed
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
