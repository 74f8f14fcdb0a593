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
 * Detects connectors whose heartbeats stopped: at once by Redis's notification that their key
 * expired, if it is configured to notify, and by a sweep every 20 s for what those notifications
 * miss. Runs on a separate thread from its construction until {@link #close}. Thread-safe.
 */
public final class PresenceWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PresenceWatch.class);
  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(20);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(5);

  private final Redis redis;
  private final Registry registry;
  private final Thread thread;
  private volatile String lastWarning = "";

  /** Starts the watch. Does not block; it waits for Redis in the background. */
  public PresenceWatch(Redis redis, Registry registry) {
    this.redis = redis;
    this.registry = registry;
    this.thread = Thread.ofVirtual().name("presence").start(this::watch);
  }

  /** False when the watch has ended: then unavailable connectors stay listed. */
  public boolean working() {
    return thread.isAlive();
  }

  private void watch() {
    try {
      redis.awaitConnected();
      while (true) {
        listenUntilItFails();
        Thread.sleep(RETRY_DELAY);
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
      log.error("unavailable connectors are detected late", e);
    }
  }

  /** Returns when Redis is unavailable or refuses the subscription. */
  private void listen() throws InterruptedException {
    try (StatefulRedisPubSubConnection<String, String> notifications = redis.listening()) {
      noteMissingNotifications();
      notifications.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(String pattern, String channel, String key) {
              // Not on the driver's thread, which would wait for itself.
              Thread.startVirtualThread(() -> expired(key));
            }
          });
      notifications.sync().psubscribe("__keyevent@*__:expired");
      while (true) {
        Thread.sleep(SWEEP_INTERVAL);
        sweep();
      }
    } catch (RedisUnavailableException e) {
      // The connection itself logs that Redis is unavailable.
      log.debug("unavailable connectors are detected late: {}", e.getMessage());
    } catch (RedisException | IllegalStateException e) {
      warnOnce(String.valueOf(e.getMessage()));
    }
  }

  private void warnOnce(String why) {
    if (!Thread.currentThread().isInterrupted() && !why.equals(lastWarning)) {
      lastWarning = why;
      log.warn("unavailable connectors are detected late: {}", why);
    }
  }

  private void expired(String key) {
    try {
      registry.expired(key);
    } catch (RedisUnavailableException e) {
      log.debug("the sweep will detect it: {}", e.getMessage());
    } catch (IllegalStateException e) {
      warnOnce(String.valueOf(e.getMessage()));
    }
  }

  private void sweep() {
    try {
      registry.sweep();
    } catch (RedisUnavailableException e) {
      log.debug("the next sweep will detect it: {}", e.getMessage());
    } catch (RuntimeException | Error e) {
      warnOnce(String.valueOf(e.getMessage()));
    }
  }

  /** Does not change the setting, which is that of the whole server: others may use it, too. */
  private void noteMissingNotifications() {
    String missing =
        "Redis does not notify of expired keys, so a sweep detects unavailable connectors";
    try {
      String now =
          redis.call(
              c ->
                  c.configGet("notify-keyspace-events").getOrDefault("notify-keyspace-events", ""));
      if (!now.contains("E") || !(now.contains("x") || now.contains("A"))) {
        log.info("{}; set notify-keyspace-events Ex", missing);
      }
    } catch (RedisCommandExecutionException | IllegalStateException e) {
      log.debug("whether Redis notifies of expired keys is not known: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
