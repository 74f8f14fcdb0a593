package io.dsxconnect.core;

import io.dsxconnect.core.redis.MonotonicClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that moves only when a test moves it. */
public final class TestClock implements InstantSource, MonotonicClock {
  private static final Instant START = Instant.parse("2026-11-24T00:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final AtomicReference<Duration> steps = new AtomicReference<>(Duration.ZERO);

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public long nanos() {
    return Duration.between(START, now.get()).toNanos();
  }

  @Override
  public long skewMillis() {
    return Duration.between(START, now.get()).plus(steps.get()).toMillis();
  }

  /** Steps the clock of Redis only, as an operator may set it. */
  public void stepOfRedis(Duration by) {
    steps.updateAndGet(t -> t.plus(by));
  }

  public void advance(Duration by) {
    now.updateAndGet(t -> t.plus(by));
  }
}
