package io.dsxconnect.core.job;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.core.redis.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records in Redis that this replica of the API is serving, so that a later replica detects a time
 * in which none was. The original's connectors do not repeat requests refused in that time, so the
 * jobs that they were listing end incomplete. Thread-safe.
 */
@ThreadSafe
public final class ApiPresence implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ApiPresence.class);
  private static final Duration MISSING_AFTER = Duration.ofSeconds(10);

  /** Jobs reported per call; the others wait for the next call. */
  private static final int MAX_JOBS_PER_CALL = 1000;

  private static final int MAX_REFUSED_JOBS = 10_000;

  private final Redis redis;
  private final String replica;
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private volatile boolean started;

  /**
   * @param replica identifies this replica; the same after its restart, for example host and port
   */
  public ApiPresence(Redis redis, String replica) {
    this.redis = redis;
    this.replica = replica;
  }

  /**
   * Notes that requests of this job were refused because Redis was unavailable or full, and will
   * not be repeated. The next {@link #beat} reports the job. Beyond 10,000 jobs it is not noted.
   */
  public void refused(String job) {
    if (refused.size() < MAX_REFUSED_JOBS) {
      refused.add(job);
    }
  }

  /**
   * Renews the record of this replica. Call it before the replica serves, then every few seconds.
   *
   * @throws RedisUnavailableException when Redis does not answer
   */
  public void beat() {
    List<String> jobs = refused.stream().limit(MAX_JOBS_PER_CALL).toList();
    if (report(started ? "beat" : "start", jobs) && started) {
      log.info(
          "the core was unavailable; listings by connectors that do not repeat refused requests end"
              + " incomplete");
    }
    started = true;
    jobs.forEach(refused::remove);
  }

  private boolean report(String verb, List<String> jobs) {
    List<String> arguments =
        new ArrayList<>(List.of(verb, replica, Long.toString(MISSING_AFTER.toMillis())));
    arguments.addAll(jobs);
    return redis.runInteger(Script.PRESENCE, arguments) == 1;
  }

  /**
   * Removes the record of this replica. Call it after the last request is answered. When Redis is
   * unavailable the record expires instead.
   */
  @Override
  public void close() {
    try {
      if (report("bye", refused.stream().limit(MAX_JOBS_PER_CALL).toList())) {
        log.debug("another replica is missing");
      }
    } catch (RedisUnavailableException e) {
      log.debug("the stop of this replica is detected later: {}", e.getMessage());
    }
  }
}
