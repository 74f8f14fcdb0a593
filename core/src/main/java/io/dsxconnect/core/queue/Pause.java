package io.dsxconnect.core.queue;

import java.time.Duration;

/** Sleeping in loops that end by a flag. */
final class Pause {
  private Pause() {}

  /** Sleeps; if the thread is interrupted it returns at once and leaves the interrupt flag set. */
  static void of(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
