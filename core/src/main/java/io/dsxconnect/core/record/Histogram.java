package io.dsxconnect.core.record;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Files by a measured value, as {@code operations.lua} counts them: class n has the values v with n
 * = 8 log2(v + 1), rounded down. Eight classes per octave give a quantile to about 5 %. Immutable.
 *
 * @param files in each class that has any
 */
public record Histogram(SortedMap<Integer, Long> files) {
  /** Before anything was measured. */
  public static final Histogram EMPTY = new Histogram(new TreeMap<>());

  private static final int CLASSES_PER_OCTAVE = 8;

  public Histogram {
    files = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /**
   * The classes among the fields of a hash.
   *
   * @param prefix of their fields, before the number of the class
   * @throws NumberFormatException when such a field is malformed
   */
  static Histogram of(Map<String, String> fields, String prefix) {
    SortedMap<Integer, Long> files = new TreeMap<>();
    fields.forEach(
        (field, value) -> {
          if (field.startsWith(prefix)) {
            files.put(Integer.valueOf(field.substring(prefix.length())), Long.valueOf(value));
          }
        });
    return new Histogram(files);
  }

  /**
   * Parses what {@link #text} returned.
   *
   * @throws NumberFormatException when it is malformed
   */
  public static Histogram parse(String text) {
    SortedMap<Integer, Long> files = new TreeMap<>();
    if (!text.isEmpty()) {
      for (String part : text.split(" ", -1)) {
        int colon = part.indexOf(':');
        if (colon < 0) {
          throw new NumberFormatException("no class and number: " + part);
        }
        files.put(
            Integer.valueOf(part.substring(0, colon)), Long.valueOf(part.substring(colon + 1)));
      }
    }
    return new Histogram(files);
  }

  /** The classes with their numbers of files, in one line. */
  public String text() {
    return files.entrySet().stream()
        .map(each -> each.getKey() + ":" + each.getValue())
        .collect(Collectors.joining(" "));
  }

  /**
   * What was added since an earlier state, without class 0, which has the files that were not
   * scanned; empty when a class has fewer files than before, so that the two cannot be compared.
   */
  public Optional<Histogram> measuredSince(Histogram earlier) {
    SortedMap<Integer, Long> added = new TreeMap<>();
    TreeMap<Integer, Long> all = new TreeMap<>(earlier.files);
    all.putAll(files);
    for (int each : all.tailMap(1).keySet()) {
      long more = files.getOrDefault(each, 0L) - earlier.files.getOrDefault(each, 0L);
      if (more < 0) {
        return Optional.empty();
      }
      if (more > 0) {
        added.put(each, more);
      }
    }
    return Optional.of(new Histogram(added));
  }

  /**
   * The value below which a share of the files is.
   *
   * @param share 0 to 1
   * @return empty without any file
   */
  public OptionalDouble quantile(double share) {
    long total = files.values().stream().mapToLong(Long::longValue).sum();
    long seen = 0;
    for (Map.Entry<Integer, Long> each : files.entrySet()) {
      seen += each.getValue();
      if (seen >= share * total) {
        return OptionalDouble.of(middle(each.getKey()));
      }
    }
    return OptionalDouble.empty();
  }

  private static double middle(int each) {
    return Math.pow(2, (each + 0.5) / CLASSES_PER_OCTAVE) - 1;
  }
}
