package io.dsxconnect.connector;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells the scans of a connector that it stops, and when they have had their time. */
final class StopSignal {
  private static final long SHORT = 100;

  private final Duration grace;
  private final CountDownLatch given = new CountDownLatch(1);
  private volatile long end;

  StopSignal(Duration grace) {
    this.grace = grace;
  }

  synchronized void give() {
    if (!isGiven()) {
      end = System.nanoTime() + grace.toNanos();
      given.countDown();
    }
  }

  boolean isGiven() {
    return given.getCount() == 0;
  }

  /** Whether it was given and the grace since then is used up. */
  boolean isFinal() {
    return isGiven() && System.nanoTime() - end >= 0;
  }

  /** Waits between two tries; shorter once the signal is given. */
  void pause(Duration wait) {
    try {
      if (given.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        Thread.sleep(Math.min(SHORT, wait.toMillis()));
      }
    } catch (InterruptedException e) {
      // The threads of a scan are the kit's own: nobody interrupts them but to have them end.
      give();
    }
  }
}
