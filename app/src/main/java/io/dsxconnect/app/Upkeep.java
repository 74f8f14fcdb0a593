package io.dsxconnect.app;

import io.dsxconnect.core.redis.RedisAway;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something over and over until it is closed; a failure, whatever it is, costs one round. */
final class Upkeep implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

  private final Thread thread;

  /**
   * @param every between the end of one round and the next
   */
  Upkeep(String name, Duration every, Runnable round) {
    this.thread =
        Thread.ofVirtual()
            .name(name)
            .start(
                () -> {
                  while (!Thread.currentThread().isInterrupted()) {
                    try {
                      Thread.sleep(every);
                      round.run();
                    } catch (InterruptedException e) {
                      return;
                    } catch (RedisAway e) {
                      log.debug("{} waits for Redis", name);
                    } catch (Throwable e) {
                      log.error("{} failed", name, e);
                    }
                  }
                });
  }

  /** False when it ended. */
  boolean working() {
    return thread.isAlive();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
