package io.dsxconnect.contract;

import java.util.function.ToLongFunction;

/**
 * Totals over all results ever recorded; -1 and "" for values that do not exist yet. Make one with
 * {@link #of}. Immutable.
 *
 * @param filesScanned files with a recorded outcome, scanned or not
 * @param benignCount files with the outcome benign
 * @param maliciousCount files with the outcome malicious
 * @param unknownCount files with the outcome unknown
 * @param unsupportedCount files with the outcome unsupported
 * @param notScannedCount files with the outcome not scanned or non-compliant
 * @param encryptedCount files that the scanner reported as encrypted, with any outcome
 * @param totalScanTimeInMicroseconds engine time of all scans
 * @param totalScanTimeInSeconds the same in seconds
 * @param totalFileSize size of all files in bytes
 * @param avgFileSize mean size per file in bytes, rounded down
 * @param avgScanTimeInMicroseconds mean engine time per file, rounded down
 * @param avgScanTimeInMilliseconds the same in milliseconds, not rounded
 * @param avgScanTimeInSeconds the same in seconds, not rounded
 * @param medianFileSizeInBytes median size of a file; an estimate
 * @param medianScanTimeInMicroseconds median engine time of a file; an estimate
 * @param longestScanTimeFile location of the file with the longest scan
 * @param longestScanTimeFileSizeInBytes size of that file
 * @param longestScanTimeInMicroseconds engine time of that file
 * @param longestScanTimeInMilliseconds the same in milliseconds
 * @param longestScanTimeInSeconds the same in seconds
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
   * Sums over all files. Immutable.
   *
   * @param files at least 1
   * @param encrypted files that the scanner reported as encrypted
   * @param bytes size of all files
   * @param micros engine time in microseconds
   */
  public record Sums(long files, long encrypted, long bytes, long micros) {}

  /**
   * Medians over all files; -1 if there is none. Immutable.
   *
   * @param bytes size of a file
   * @param micros engine time of a file in microseconds
   */
  public record Medians(long bytes, long micros) {}

  /**
   * The file with the longest scan. Immutable.
   *
   * @param file its location
   * @param bytes its size
   * @param micros its engine time in microseconds
   */
  public record Longest(String file, long bytes, long micros) {}

  /**
   * Derives all totals, means and units.
   *
   * @param files files per outcome
   * @param sums over all files
   * @param medians over all files
   * @param longest the file with the longest scan
   * @return the totals
   * @throws ArithmeticException if there are no files; use {@link #NONE}
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
