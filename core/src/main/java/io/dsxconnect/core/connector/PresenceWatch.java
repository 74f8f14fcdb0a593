package io.dsxconnect.core.connector;

import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices connectors that stopped saying that they are there: at once by Redis's notice that their
 * key ran out, and by a slow sweep for what that misses.
 */
public final class PresenceWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PresenceWatch.class);
  private static final Duration SWEEP = Duration.ofSeconds(20);
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final Redis redis;
  private final Registry registry;
  private final Thread thread;
  private String told = "";

  public PresenceWatch(Redis redis, Registry registry) {
    this.redis = redis;
    this.registry = registry;
    this.thread = Thread.ofVirtual().name("presence").start(this::watch);
  }

  /** False when it ended: then connectors that fall silent stay listed. */
  public boolean working() {
    return thread.isAlive();
  }

  private void watch() {
    try {
      redis.awaitConnected();
      while (true) {
        listenUntilItFails();
        Thread.sleep(AGAIN);
        sweep();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void listenUntilItFails() throws InterruptedException {
    try {
      listen();
    } catch (RuntimeException | Error e) {
      log.error("connectors that fall silent are noticed late", e);
    }
  }

  /** Until Redis is away, or refuses. */
  private void listen() throws InterruptedException {
    try (StatefulRedisPubSubConnection<String, String> notices = redis.listening()) {
      askForNotices();
      notices.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(String pattern, String channel, String key) {
              // Not on the driver's thread: it would wait for itself.
              Thread.startVirtualThread(() -> noticed(key));
            }
          });
      notices.sync().psubscribe("__keyevent@*__:expired");
      while (true) {
        Thread.sleep(SWEEP);
        sweep();
      }
    } catch (RedisUnavailableException e) {
      // That it is away is told by itself.
      log.debug("connectors that fall silent are noticed late: {}", e.getMessage());
    } catch (RedisException | IllegalStateException e) {
      tellOnce(String.valueOf(e.getMessage()));
    }
  }

  private void tellOnce(String why) {
    if (!Thread.currentThread().isInterrupted() && !why.equals(told)) {
      told = why;
      log.warn("connectors that fall silent are noticed late: {}", why);
    }
  }

  private void noticed(String key) {
    try {
      registry.expired(key);
    } catch (RedisUnavailableException e) {
      log.debug("the sweep will notice it: {}", e.getMessage());
    } catch (IllegalStateException e) {
      tellOnce(String.valueOf(e.getMessage()));
    }
  }

  private void sweep() {
    try {
      registry.sweep();
    } catch (RedisUnavailableException e) {
      log.debug("the next sweep will notice it: {}", e.getMessage());
    } catch (RuntimeException | Error e) {
      tellOnce(String.valueOf(e.getMessage()));
    }
  }

  private void askForNotices() {
    try {
      String now =
          redis.call(
              c ->
                  c.configGet("notify-keyspace-events").getOrDefault("notify-keyspace-events", ""));
      if (!now.contains("E") || !(now.contains("x") || now.contains("A"))) {
        redis.call(c -> c.configSet("notify-keyspace-events", now + "Ex"));
      }
    } catch (RedisCommandExecutionException | IllegalStateException e) {
      log.info(
          "Redis does not tell when a key runs out, so silent connectors are noticed by a sweep: {}",
          e.getMessage());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
