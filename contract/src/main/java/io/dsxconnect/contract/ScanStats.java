package io.dsxconnect.contract;

/** Totals over all results ever recorded; -1 and "" where there is nothing to say yet. */
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
    double longestScanTimeInSeconds) {}
