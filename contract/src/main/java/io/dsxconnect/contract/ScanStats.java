package io.dsxconnect.contract;

import java.util.function.ToLongFunction;

/**
 * Totals over all results ever recorded; -1 and "" for values that do not exist yet. Make one with
 * {@link #of}.
 */
public record ScanStats(
    long filesScanned,
    long benignCount,
    long maliciousCount,
    long unknownCount,
    long unsupportedCount,
    long notScannedCount,
    long encryptedCount,
    long totalScanTimeInMicroseconds,
    double totalScanTimeInSeconds,
    long totalFileSize,
    long avgFileSize,
    long avgScanTimeInMicroseconds,
    double avgScanTimeInMilliseconds,
    double avgScanTimeInSeconds,
    long medianFileSizeInBytes,
    long medianScanTimeInMicroseconds,
    String longestScanTimeFile,
    long longestScanTimeFileSizeInBytes,
    long longestScanTimeInMicroseconds,
    double longestScanTimeInMilliseconds,
    double longestScanTimeInSeconds) {

  /** Before anything is recorded. */
  public static final ScanStats NONE =
      new ScanStats(0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, "", -1, -1, -1, -1);

  /**
   * Sums over all files.
   *
   * @param files at least 1
   * @param bytes that the scanner saw
   * @param micros of engine time
   */
  public record Sums(long files, long encrypted, long bytes, long micros) {}

  /** Medians over all files; -1 if there is none. */
  public record Medians(long bytes, long micros) {}

  /** The file with the longest scan. */
  public record Longest(String file, long bytes, long micros) {}

  /**
   * @param files files per outcome
   */
  public static ScanStats of(
      ToLongFunction<Outcome> files, Sums sums, Medians medians, Longest longest) {
    long micros = sums.micros();
    return new ScanStats(
        sums.files(),
        files.applyAsLong(Outcome.BENIGN),
        files.applyAsLong(Outcome.MALICIOUS),
        files.applyAsLong(Outcome.UNKNOWN),
        files.applyAsLong(Outcome.UNSUPPORTED),
        files.applyAsLong(Outcome.NOT_SCANNED) + files.applyAsLong(Outcome.NON_COMPLIANT),
        sums.encrypted(),
        micros,
        micros / 1e6,
        sums.bytes(),
        sums.bytes() / sums.files(),
        micros / sums.files(),
        micros / 1e3 / sums.files(),
        micros / 1e6 / sums.files(),
        medians.bytes(),
        medians.micros(),
        longest.file(),
        longest.bytes(),
        longest.micros(),
        longest.micros() / 1e3,
        longest.micros() / 1e6);
  }
}
