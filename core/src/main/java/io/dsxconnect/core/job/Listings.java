package io.dsxconnect.core.job;

import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The signs of life of what connectors list for full scans; a listing that gives none ends. Thread-
 * safe.
 */
public final class Listings {
  /** A scan that did not begin ends then: our connectors say each minute what they list. */
  private static final Duration NOT_BEGUN = Duration.ofMinutes(2);

  /** A connector that restarts is back within this time. */
  private static final Duration GONE = Duration.ofMinutes(2);

  private static final Duration SILENT = Duration.ofMinutes(10);

  private final Redis redis;

  public Listings(Redis redis) {
    this.redis = redis;
  }

  /** The connector says that it lists these jobs; those that are not its own are ignored. */
  public void alive(String connectorUuid, List<String> jobs) {
    if (jobs.isEmpty()) {
      return;
    }
    List<String> arguments = new ArrayList<>(jobs);
    arguments.addFirst(connectorUuid);
    redis.runInteger(Script.SIGN, arguments);
  }

  /**
   * Ends listings that did not begin, whose connector is gone, or of which nothing was heard for
   * ten minutes: their jobs end incomplete. Gives back how many; a few in one call.
   */
  public long endSilent() {
    return redis.runInteger(
        Script.SILENT,
        Long.toString(NOT_BEGUN.toSeconds()),
        Long.toString(GONE.toSeconds()),
        Long.toString(SILENT.toSeconds()));
  }
}
