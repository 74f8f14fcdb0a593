package io.dsxconnect.core.worker;

/**
 * A worker whose last heartbeat is less than 30 s old. Immutable.
 *
 * @param lastSeenAt time of that heartbeat by Redis' clock, seconds since the epoch
 */
public record LiveWorker(WorkerReport report, long lastSeenAt) {}
