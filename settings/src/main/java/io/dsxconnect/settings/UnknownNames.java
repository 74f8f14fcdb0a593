package io.dsxconnect.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds names that were set and that nobody asks for. One that resembles a known name, or lies in a
 * section ({@code DSXCONNECT_SCANNER__...}) that is known, is a slip; others belong to somebody
 * else.
 */
final class UnknownNames {
  private static final int CLOSE = 3;

  private final List<String> known = new ArrayList<>();

  UnknownNames(Collection<String> declared, Collection<String> older) {
    known.addAll(declared);
    known.addAll(older);
  }

  /** One fault a slip. */
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
    int least = CLOSE + 1;
    for (String candidate : known) {
      int distance = distance(name, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Levenshtein's: how many letters must be added, left out or exchanged. */
  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > CLOSE) {
      return CLOSE + 1;
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
