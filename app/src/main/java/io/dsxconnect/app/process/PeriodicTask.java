package io.dsxconnect.app.process;

import io.dsxconnect.core.redis.RedisUnavailableException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something over and over until it is closed; a failure, whatever it is, costs one round. */
public final class PeriodicTask implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PeriodicTask.class);

  private final Thread thread;

  /**
   * @param every between the end of one round and the next
   */
  public PeriodicTask(String name, Duration every, Runnable round) {
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
                    } catch (RedisUnavailableException e) {
                      log.debug("{} waits for Redis", name);
                    } catch (Throwable e) {
                      log.error("{} failed", name, e);
                    }
                  }
                });
  }

  /** False when it ended. */
  public boolean working() {
    return thread.isAlive();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
