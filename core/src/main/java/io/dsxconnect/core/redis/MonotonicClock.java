package io.dsxconnect.core.redis;

/**
 * Time that only runs forward, whatever is done to the machine's clock: waits are measured by it.
 */
public interface MonotonicClock {
  MonotonicClock SYSTEM = System::nanoTime;

  /** Nanoseconds since some moment; only differences mean anything. */
  long nanos();

  /**
   * Milliseconds that scripts add to the clock of Redis, by which all processes go. Zero but in
   * tests, which move time with it.
   */
  default long skewMillis() {
    return 0;
  }
}
