package io.dsxconnect.core.metrics;

import io.dsxconnect.core.redis.RedisMemory;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** The fill level of Redis and the state of intake; NaN while Redis is unavailable. Thread-safe. */
public final class MemoryMeters implements MeterBinder {
  private final RedisMemory memory;

  public MemoryMeters(RedisMemory memory) {
    this.memory = memory;
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    gauge(
            "dsx.redis.memory.ratio",
            "Used share of maxmemory, 0 to 1; 0 without maxmemory",
            RedisMemory::ratio)
        .register(meters);
    gauge("dsx.intake.open", "1 while new files are accepted, else 0", m -> m.aboveMark() ? 0 : 1)
        .register(meters);
  }

  private Gauge.Builder<RedisMemory> gauge(
      String name, String description, ToDoubleFunction<RedisMemory> value) {
    return Gauge.builder(
            name,
            memory,
            m -> {
              try {
                return value.applyAsDouble(m);
              } catch (RedisUnavailableException e) {
                return Double.NaN;
              }
            })
        .description(description)
        .strongReference(true);
  }
}
