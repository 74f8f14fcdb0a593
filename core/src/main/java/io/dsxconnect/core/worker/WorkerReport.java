package io.dsxconnect.core.worker;

import org.jspecify.annotations.Nullable;

/**
 * What a worker reports of itself with each heartbeat. Immutable.
 *
 * @param scanner what a scan worker knows of the scanner; null for workers of other stages
 */
public record WorkerReport(
    Identity identity, Load load, Ended ended, @Nullable ScannerReport scanner) {

  /**
   * The worker and its process.
   *
   * @param id the consumer's name, unique per start of a worker
   * @param queue name of the stage's queue
   * @param version of the product
   * @param startedAt seconds since the epoch
   */
  public record Identity(
      String id, String host, long pid, String queue, String version, long startedAt) {}

  /**
   * The tasks in work.
   *
   * @param limit tasks that may be in work now
   * @param limitMin equals {@code limitMax} for a fixed limit
   */
  public record Load(int tasks, int limit, int limitMin, int limitMax) {}

  /**
   * The tasks that ended since the start.
   *
   * @param done all of them, dead letters included
   * @param failed of these, tasks that became dead letters
   * @param rate tasks that ended per second, over the last heartbeat interval
   */
  public record Ended(long done, long failed, double rate) {}
}
