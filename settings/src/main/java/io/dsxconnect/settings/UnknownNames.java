package io.dsxconnect.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds misspelled setting names. An unknown name is a fault if it resembles a known one, or is in
 * a known section ({@code DSXCONNECT_SCANNER__...}); other unknown names belong to other programs.
 * Immutable.
 */
final class UnknownNames {
  /** Names within this edit distance resemble each other. */
  private static final int MAX_DISTANCE = 3;

  private final List<String> known = new ArrayList<>();

  UnknownNames(Collection<String> declared, Collection<String> older) {
    known.addAll(declared);
    known.addAll(older);
  }

  /** One fault per misspelled name among those that begin with one of {@code prefixes}. */
  List<String> among(Collection<String> names, String... prefixes) {
    List<String> faults = new ArrayList<>();
    for (String name : names) {
      String upper = name.toUpperCase(Locale.ROOT);
      if (startsWithAny(upper, prefixes) && !isKnown(upper)) {
        Optional<String> meant = closest(upper);
        if (meant.isPresent()) {
          faults.add(name + " is not a setting; did you mean " + meant.get() + "?");
        } else if (upper.contains("__") && sectionIsKnown(upper)) {
          faults.add(name + " is not a setting; 'dsx config' lists them");
        }
      }
    }
    return faults;
  }

  private static boolean startsWithAny(String name, String... prefixes) {
    for (String prefix : prefixes) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  private boolean isKnown(String name) {
    return known.stream()
        .anyMatch(k -> k.equalsIgnoreCase(name) || (k + "_FILE").equalsIgnoreCase(name));
  }

  private boolean sectionIsKnown(String name) {
    String section = name.substring(0, name.indexOf("__") + 2);
    return known.stream().anyMatch(k -> k.startsWith(section));
  }

  private Optional<String> closest(String name) {
    String best = null;
    int least = MAX_DISTANCE + 1;
    for (String candidate : known) {
      int distance = distance(name, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return Optional.ofNullable(best);
  }

  /**
   * The Levenshtein distance, or more than {@link #MAX_DISTANCE} if that is sure to be exceeded.
   */
  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > MAX_DISTANCE) {
      return MAX_DISTANCE + 1;
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + change);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
