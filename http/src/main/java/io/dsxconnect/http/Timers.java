package io.dsxconnect.http;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One thread for the time limits of all calls and requests of this process. Tasks must be short and
 * must not block. Thread-safe.
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

  /** Runs {@code task} after each {@code millis} until the returned future is cancelled. */
  public static ScheduledFuture<?> every(long millis, Runnable task) {
    return EXECUTOR.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
  }
}
