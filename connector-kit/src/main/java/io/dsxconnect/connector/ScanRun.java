package io.dsxconnect.connector;

/**
 * What the parts of one running full scan share.
 *
 * @param job the job's id
 * @param counts what became of the listed files so far
 * @param stop raised when the connector stops
 */
record ScanRun(CoreClient core, String job, ListingCounts counts, StopSignal stop, Timing timing) {}
