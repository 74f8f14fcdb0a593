package io.dsxconnect.app.view;

import io.dsxconnect.contract.Ledger;
import java.util.Locale;

/**
 * How fast files were scanned, as the dashboard computes it: cancelled files do not count, and a
 * megabyte has 1,024 x 1,024 bytes. Immutable.
 *
 * @param bytes scanned
 * @param seconds from the first scan to the last outcome; 0 when that is not known
 */
record Pace(Ledger ledger, long bytes, double seconds) {
  private static final double MEGABYTE = 1 << 20;

  boolean known() {
    return seconds > 0;
  }

  double megabytes() {
    return bytes / MEGABYTE;
  }

  /** The rates, for example {@code 61 files/s, 6.9 MB/s}; not before they are {@link #known}. */
  String rates() {
    return rough((ledger.ended() - ledger.cancelled()) / seconds)
        + " files/s, "
        + rough(megabytes() / seconds)
        + " MB/s";
  }

  /** One decimal below 10. */
  private static String rough(double rate) {
    return String.format(Locale.ROOT, rate < 9.95 ? "%.1f" : "%.0f", rate);
  }
}
