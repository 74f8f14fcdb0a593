package io.dsxconnect.app;

import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisSettings;
import io.dsxconnect.http.StartFailure;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What long-running commands share: waiting for Redis, saying that they are ready, stopping. */
final class Server {
  private static final Logger log = LoggerFactory.getLogger(Server.class);

  private Server() {}

  /** Connects, however long it takes; says every 10 s what it waits for. */
  static Redis awaitRedis(RedisSettings settings) {
    for (int attempt = 0; ; attempt++) {
      try {
        return Redis.connect(settings, Clock.systemUTC());
      } catch (StartFailure e) {
        if (attempt % 10 == 0) {
          log.warn("waiting: {}", e.getMessage());
        }
        try {
          Thread.sleep(1000);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
    }
  }

  /** Prints the ready line and stays until SIGTERM or Ctrl-C; then closes and ends with 0. */
  static int stay(String role, String url, AutoCloseable... parts) {
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              stop.countDown();
              try {
                stopped.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              // The JVM would end with 128 + the signal's number; a drained stop is a success.
              Runtime.getRuntime().halt(0);
            });
    Runtime.getRuntime().addShutdownHook(hook);
    System.out.println(role + " ready " + url);
    System.out.flush();
    try {
      stop.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close(parts);
    stopped.countDown();
    return 0;
  }

  static void close(AutoCloseable... parts) {
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        log.warn("stopping: {}", e.getMessage());
      }
    }
  }
}
