package io.dsxconnect.core.redis;

import com.google.errorprone.annotations.ThreadSafe;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to Redis: connects in the background until Redis answers and is usable,
 * replaces a connection that hangs, and logs every 10 s while there is none. A connection that
 * broke is opened again by the driver. Thread-safe.
 */
@ThreadSafe
final class ConnectionWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ConnectionWatch.class);
  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);
  private static final int CHECKS_PER_LOG_LINE = 10;

  /** A connection whose ping is not answered within this time is replaced. */
  private static final Duration PING_TIMEOUT = Duration.ofSeconds(8);

  private final RedisSettings settings;
  private final MonotonicClock ticks;
  private final Keys keys;
  private final Driver driver;
  private final boolean secured;
  private final Thread thread;
  private volatile @Nullable StatefulRedisConnection<String, String> connection;
  private volatile boolean up;
  private volatile boolean closed;
  private volatile long connectedAt;
  private volatile String trouble = "not connected yet";
  private int checksDown;

  /**
   * @param ticks measures the age of the connection
   */
  ConnectionWatch(RedisSettings settings, MonotonicClock ticks, Keys keys) {
    this.settings = settings;
    this.ticks = ticks;
    this.keys = keys;
    RedisURI uri = settings.uri();
    uri.setTimeout(COMMAND_TIMEOUT);
    this.secured = uri.isSsl();
    this.driver = new Driver(uri, settings.tls(), COMMAND_TIMEOUT);
    this.thread = Thread.ofPlatform().daemon().name("redis-watch").unstarted(this::watch);
  }

  /** Starts the background thread; called once. */
  void start() {
    thread.start();
  }

  /** False when the background thread ended, so that nothing replaces a connection that hangs. */
  boolean running() {
    return thread.isAlive();
  }

  /** Blocks until Redis answered for the first time, or this is closed. */
  void awaitConnected() throws InterruptedException {
    synchronized (thread) {
      while (connection == null && !closed) {
        thread.wait();
      }
    }
  }

  /**
   * The connection for commands that do not block. It may be broken at the moment: then its
   * commands fail at once.
   *
   * @throws RedisUnavailableException when there is none
   */
  StatefulRedisConnection<String, String> connection() {
    StatefulRedisConnection<String, String> current = connection;
    if (current == null) {
      throw new RedisUnavailableException("Redis at " + settings.address() + ": " + trouble, null);
    }
    return current;
  }

  /**
   * Opens one more connection, for commands that block; the caller closes it.
   *
   * @throws RedisException when Redis does not answer
   * @throws RedisUnavailableException when there is no first connection, or this is closed
   */
  StatefulRedisConnection<String, String> open() {
    connection();
    return driver.connect();
  }

  /**
   * Opens one more connection, for channels; the caller closes it.
   *
   * @throws RedisException when Redis does not answer
   * @throws RedisUnavailableException when there is no first connection, or this is closed
   */
  StatefulRedisPubSubConnection<String, String> listen() {
    connection();
    return driver.listen();
  }

  /** Why there is no connection, or why the last one broke. */
  String trouble() {
    return trouble;
  }

  /** Milliseconds since this process was last connected again. */
  long connectedForMillis() {
    return TimeUnit.NANOSECONDS.toMillis(ticks.nanos() - connectedAt);
  }

  private void watch() {
    while (!closed) {
      try {
        check();
      } catch (Throwable e) {
        log.error("a check of the connection to Redis failed", e);
      }
      try {
        Thread.sleep(CHECK_INTERVAL);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void check() {
    replaceIfHanging();
    if (connection == null && tryToConnect()) {
      advise();
    }
    if (up) {
      checksDown = 0;
    } else if (checksDown++ % CHECKS_PER_LOG_LINE == 0) {
      log.warn("waiting for Redis at {}: {}", settings.address(), trouble);
    }
  }

  /**
   * A connection whose other end hangs or vanished looks as if it were up; the operating system
   * would notice after a quarter of an hour. Its commands fail at once, and the next check connects
   * again.
   */
  private void replaceIfHanging() {
    StatefulRedisConnection<String, String> current = connection;
    if (current == null || !up) {
      return;
    }
    try {
      current.async().ping().get(PING_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      trouble = "it has not answered for " + PING_TIMEOUT.toSeconds() + " s; connecting again";
      up = false;
      connection = null;
      // Logged here, because the next attempt to connect may hang, too.
      log.warn("Redis at {}: {}", settings.address(), trouble);
      checksDown = 1;
      var _ = current.closeAsync();
    } catch (ExecutionException | RuntimeException e) {
      log.debug("Redis was not asked whether it answers: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void advise() {
    try {
      ServerCheck.advise(connection().sync());
    } catch (RedisException e) {
      log.debug("Redis was not asked how it keeps its data: {}", e.getMessage());
    }
  }

  /** Connects now; false when Redis does not answer or is not usable, see {@link #trouble}. */
  boolean tryToConnect() {
    StatefulRedisConnection<String, String> made = null;
    try {
      made = driver.connect();
      Optional<String> refusal = ServerCheck.refusal(made.sync());
      if (refusal.isEmpty()) {
        refusal = Format.refusal(made.sync(), keys);
      }
      if (refusal.isEmpty()) {
        adopt(made);
        return true;
      }
      trouble = refusal.get();
    } catch (RedisException | UncheckedIOException e) {
      trouble = RedisErrors.why(e, secured ? settings.tls().names() : null);
    } catch (RedisUnavailableException e) {
      trouble = String.valueOf(e.getMessage());
    }
    if (made != null) {
      made.close();
    }
    return false;
  }

  private void adopt(StatefulRedisConnection<String, String> made) {
    made.addListener(
        new RedisConnectionStateListener() {
          @Override
          public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
            connectedAt = ticks.nanos();
            up = true;
            log.info("Redis is back");
          }

          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
            trouble = "the connection broke; work waits until it is back";
            up = false;
          }
        });
    connectedAt = ticks.nanos();
    up = made.isOpen();
    synchronized (thread) {
      connection = made;
      thread.notifyAll();
    }
  }

  /** Closes all connections; commands in flight fail. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    synchronized (thread) {
      thread.notifyAll();
    }
    driver.close();
  }
}
