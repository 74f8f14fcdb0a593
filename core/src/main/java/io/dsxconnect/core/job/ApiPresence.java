package io.dsxconnect.core.job;

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
 * Says in Redis that this replica of the API serves. So the next one knows when nobody did: the
 * original's connectors do not repeat what was refused meanwhile, and the jobs that they list end
 * incomplete. Thread-safe.
 */
public final class ApiPresence implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ApiPresence.class);
  private static final Duration MISSING = Duration.ofSeconds(10);

  /** Jobs in one call; more wait for the next. */
  private static final int AT_ONCE = 1000;

  private static final int REMEMBERED = 10_000;

  private final Redis redis;
  private final String replica;
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private volatile boolean started;

  /**
   * @param replica the same after a restart of this replica, for example its host and port
   */
  public ApiPresence(Redis redis, String replica) {
    this.redis = redis;
    this.replica = replica;
  }

  /** Requests of this job were refused, because Redis was away or full, and nobody repeats them. */
  public void refused(String job) {
    if (refused.size() < REMEMBERED) {
      refused.add(job);
    }
  }

  /**
   * Says that this replica serves; to be called before it does, and then every few seconds.
   *
   * @throws RedisUnavailableException when Redis does not answer
   */
  public void beat() {
    List<String> jobs = refused.stream().limit(AT_ONCE).toList();
    if (say(started ? "beat" : "start", jobs) && started) {
      log.info("the core was away; listings that do not repeat what was refused end incomplete");
    }
    started = true;
    jobs.forEach(refused::remove);
  }

  private boolean say(String verb, List<String> jobs) {
    List<String> arguments =
        new ArrayList<>(List.of(verb, replica, Long.toString(MISSING.toMillis())));
    arguments.addAll(jobs);
    return redis.runInteger(Script.PRESENCE, arguments) == 1;
  }

  /** Says that it serves no more; to be called after it has answered its last request. */
  @Override
  public void close() {
    try {
      if (say("bye", refused.stream().limit(AT_ONCE).toList())) {
        log.debug("another replica is missing");
      }
    } catch (RedisUnavailableException e) {
      log.debug("that this replica goes is noticed later: {}", e.getMessage());
    }
  }
}
