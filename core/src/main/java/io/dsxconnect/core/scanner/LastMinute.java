package io.dsxconnect.core.scanner;

import java.util.Arrays;

/** Counts the events of the last minute, in one counter per second. Not thread-safe. */
final class LastMinute {
  private static final int SECONDS = 60;

  private final int[] counts = new int[SECONDS];

  /** The second that each counter is for. */
  private final long[] at = new long[SECONDS];

  LastMinute() {
    clear();
  }

  void clear() {
    Arrays.fill(at, Long.MIN_VALUE);
  }

  /**
   * Counts one event.
   *
   * @param second of a monotonic clock
   */
  void add(long second) {
    int slot = (int) Math.floorMod(second, (long) SECONDS);
    if (at[slot] != second) {
      at[slot] = second;
      counts[slot] = 0;
    }
    counts[slot]++;
  }

  /** The events of the minute that ends with this second. */
  int count(long second) {
    int sum = 0;
    for (int slot = 0; slot < SECONDS; slot++) {
      sum += at[slot] != Long.MIN_VALUE && second - at[slot] < SECONDS ? counts[slot] : 0;
    }
    return sum;
  }
}
