package io.dsxconnect.http;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One daemon thread that checks the time limits of all calls and requests of this process. Tasks
 * must be short and must not block. Thread-safe.
 */
public final class Timers {
  private static final ScheduledThreadPoolExecutor EXECUTOR = executor();

  private Timers() {}

  private static ScheduledThreadPoolExecutor executor() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name("http-timers").unstarted(task));
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }

  /**
   * Runs {@code task} every {@code millis} milliseconds, first after that time, until the returned
   * future is cancelled. Does not block. A task that throws is not run again.
   *
   * @throws IllegalArgumentException if {@code millis} is not positive
   */
  public static ScheduledFuture<?> every(long millis, Runnable task) {
    return EXECUTOR.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
  }
}
