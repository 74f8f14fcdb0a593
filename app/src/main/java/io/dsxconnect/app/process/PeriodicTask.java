package io.dsxconnect.app.process;

import io.dsxconnect.core.redis.RedisUnavailableException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task periodically on its own virtual thread until it is closed. A failure of any kind ends
 * that run only and is logged. Thread-safe.
 */
public final class PeriodicTask implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PeriodicTask.class);

  private final Thread thread;

  /**
   * Starts the thread. The first run begins after one interval.
   *
   * @param name of the thread, and in logs
   * @param interval from the end of one run to the start of the next
   */
  public PeriodicTask(String name, Duration interval, Runnable task) {
    this.thread =
        Thread.ofVirtual()
            .name(name)
            .start(
                () -> {
                  while (!Thread.currentThread().isInterrupted()) {
                    try {
                      Thread.sleep(interval);
                      task.run();
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

  /** Whether its thread is alive. */
  public boolean working() {
    return thread.isAlive();
  }

  /** Interrupts the current run. Does not wait for its end. */
  @Override
  public void close() {
    thread.interrupt();
  }
}
