package io.dsxconnect.e2e;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A fault of one part during a scan.
 *
 * @param kill whether the part is killed and started again; else it is frozen and thawed
 * @param atMillis time of the fault after the start of the scan
 * @param forMillis time until the part is started again or thawed
 */
record Fault(Fleet.Part part, boolean kill, long atMillis, long forMillis) {
  private static final List<Fleet.Part> PARTS = List.of(Fleet.Part.values());

  /**
   * Returns up to six random faults, at most one per part at a time.
   *
   * @param withinMillis duration of a scan without faults
   */
  static List<Fault> random(RandomGenerator random, long withinMillis) {
    List<Fault> faults = new ArrayList<>();
    Map<Fleet.Part, Long> busyUntil = new EnumMap<>(Fleet.Part.class);
    int count = random.nextInt(2, 7);
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      times.add(random.nextLong(withinMillis));
    }
    times.sort(Comparator.naturalOrder());
    for (long at : times) {
      Fleet.Part part = PARTS.get(random.nextInt(PARTS.size()));
      boolean kill = random.nextBoolean();
      long duration = kill ? random.nextLong(3_000) : random.nextLong(1_000, 15_000);
      // A part may be killed again while it is still starting: intended.
      if (busyUntil.getOrDefault(part, -1L) < at) {
        faults.add(new Fault(part, kill, at, duration));
        busyUntil.put(part, at + duration);
      }
    }
    return faults;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s %s at %.1f s%s",
        kill ? "kill" : "freeze",
        part.name().toLowerCase(Locale.ROOT),
        atMillis / 1e3,
        kill
            ? String.format(Locale.ROOT, " (back after %.1f s)", forMillis / 1e3)
            : String.format(Locale.ROOT, " for %.1f s", forMillis / 1e3));
  }
}
