package io.dsxconnect.core.worker;

import org.jspecify.annotations.Nullable;

/**
 * What one scan worker knows of the scanner. Immutable.
 *
 * @param since when it came into this state, seconds since the epoch
 * @param reason why it takes no files, or fails on all; null while it is ready
 * @param breakerOpen whether the circuit breaker of the scan stage is open
 */
public record ScannerReport(
    ScannerState state,
    long since,
    @Nullable String reason,
    boolean breakerOpen,
    Instance instance,
    Recent recent) {

  /**
   * The scanner that the worker uses.
   *
   * @param address without user info
   * @param engine its name and version; null before its first verdict
   * @param demo whether it is the stand-in
   */
  public record Instance(String address, @Nullable String engine, boolean demo) {}

  /**
   * Its last answers.
   *
   * @param busyPerMinute refusals for lack of capacity within the last minute
   * @param filesPerMinute files that it judged or failed on within the last minute; each try counts
   * @param failedPerMinute of these, tries without a verdict
   * @param latency engine time of the last scans; null before the first verdict
   */
  public record Recent(
      int busyPerMinute, int filesPerMinute, int failedPerMinute, @Nullable Latency latency) {}

  /**
   * Percentiles of the engine time.
   *
   * @param p50 in milliseconds
   * @param p95 in milliseconds
   */
  public record Latency(double p50, double p95) {}
}
