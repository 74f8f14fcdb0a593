package io.dsxconnect.core.job;

import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Tracks the listings of full scans by their signs of life, and ends those without any.
 * Thread-safe. Every method blocks for Redis and throws {@link
 * io.dsxconnect.core.redis.RedisUnavailableException} when it does not answer.
 */
public final class Listings {
  /** A listing starts within this time: our connectors report each minute what they list. */
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

  /** A connector that restarts registers again within this time. */
  private static final Duration CONNECTOR_TIMEOUT = Duration.ofMinutes(2);

  private static final Duration SILENCE_TIMEOUT = Duration.ofMinutes(10);

  private final Redis redis;

  public Listings(Redis redis) {
    this.redis = redis;
  }

  /** Records that the connector is listing these jobs. Ignores jobs of other connectors. */
  public void alive(String connectorUuid, List<String> jobs) {
    if (jobs.isEmpty()) {
      return;
    }
    List<String> arguments = new ArrayList<>(jobs);
    arguments.addFirst(connectorUuid);
    redis.runInteger(Script.SIGN, arguments);
  }

  /**
   * Ends listings that did not start within two minutes, that gave no sign of life for two minutes
   * while their connector is not registered, and that gave none for ten minutes. Their jobs end
   * incomplete. One call ends a bounded number of them. Time while no API replica served, or while
   * the job is paused, does not count.
   *
   * @return how many ended
   */
  public long endSilent() {
    return redis.runInteger(
        Script.SILENT,
        Long.toString(START_TIMEOUT.toSeconds()),
        Long.toString(CONNECTOR_TIMEOUT.toSeconds()),
        Long.toString(SILENCE_TIMEOUT.toSeconds()));
  }
}
