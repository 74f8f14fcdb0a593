package io.dsxconnect.core.attention;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A value that is computed at most once per interval, for all callers. Thread-safe. */
@ThreadSafe
final class Memo<T> implements Supplier<T> {
  private final Supplier<T> compute;
  private final Duration interval;
  private final LongSupplier nanos;

  @GuardedBy("this") private Optional<T> value = Optional.empty();

  @GuardedBy("this") private long computedAt;

  /**
   * @param nanos a monotonic clock, in nanoseconds
   */
  Memo(Supplier<T> compute, Duration interval, LongSupplier nanos) {
    this.compute = compute;
    this.interval = interval;
    this.nanos = nanos;
  }

  /** The value; blocks while it is computed. An exception is passed on and not kept. */
  @Override
  public synchronized T get() {
    if (value.isEmpty() || nanos.getAsLong() - computedAt >= interval.toNanos()) {
      value = Optional.of(compute.get());
      computedAt = nanos.getAsLong();
    }
    return value.get();
  }
}
