package io.dsxconnect.core.redis;

/**
 * A clock that only runs forward, also when the machine's clock is set; measures waits and ages.
 */
public interface MonotonicClock {
  /** The clock of the process. */
  MonotonicClock SYSTEM = System::nanoTime;

  /** Nanoseconds since an arbitrary moment; only differences have a meaning. */
  long nanos();

  /**
   * Milliseconds that scripts add to Redis' clock, which all processes use. 0 except in tests,
   * which move time with it.
   */
  default long skewMillis() {
    return 0;
  }
}
