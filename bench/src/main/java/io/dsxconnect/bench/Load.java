package io.dsxconnect.bench;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of files of one size.
 *
 * @param size bytes per file
 */
record Load(long size, int files) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9})(B|KiB|MiB|GiB)=(\\d{1,8})");

  /** Parses {@code 4KiB=20000}. */
  static Load parse(String text) {
    Matcher m = TEXT.matcher(text);
    if (!m.matches() || Integer.parseInt(m.group(3)) == 0) {
      throw new IllegalArgumentException("'" + text + "' is not like 4KiB=20000");
    }
    long unit =
        switch (m.group(2)) {
          case "KiB" -> 1L << 10;
          case "MiB" -> 1L << 20;
          case "GiB" -> 1L << 30;
          default -> 1L;
        };
    return new Load(Long.parseLong(m.group(1)) * unit, Integer.parseInt(m.group(3)));
  }

  long bytes() {
    return size * files;
  }

  /** {@code 20,000 x 4 KiB}. */
  @Override
  public String toString() {
    String[] units = {"B", "KiB", "MiB", "GiB"};
    int unit = 0;
    long amount = size;
    while (unit < 3 && amount > 0 && amount % 1024 == 0) {
      amount /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%,d x %,d %s", files, amount, units[unit]);
  }
}
