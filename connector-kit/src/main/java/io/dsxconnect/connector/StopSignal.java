package io.dsxconnect.connector;

import com.google.errorprone.annotations.ThreadSafe;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Signals to the scans of a connector that it is stopping, with a grace period. Thread-safe. */
@ThreadSafe
final class StopSignal {
  private static final long STOPPING_PAUSE_MILLIS = 100;

  private final Duration grace;
  private final CountDownLatch raised = new CountDownLatch(1);
  private volatile long graceEndNanos;

  StopSignal(Duration grace) {
    this.grace = grace;
  }

  /** Starts the grace period, at the first call only. */
  synchronized void raise() {
    if (!isRaised()) {
      graceEndNanos = System.nanoTime() + grace.toNanos();
      raised.countDown();
    }
  }

  boolean isRaised() {
    return raised.getCount() == 0;
  }

  /** Whether the grace period is over; false before the signal. */
  boolean isGraceOver() {
    return isRaised() && System.nanoTime() - graceEndNanos >= 0;
  }

  /** Waits between two attempts: for this time, or 100 ms at most once the signal is raised. */
  void pause(Duration wait) {
    try {
      if (raised.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        Thread.sleep(Math.min(STOPPING_PAUSE_MILLIS, wait.toMillis()));
      }
    } catch (InterruptedException e) {
      // Scan threads belong to the kit, and an interrupt can only mean that they must end.
      raise();
    }
  }
}
