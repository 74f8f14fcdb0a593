package io.dsxconnect.core.metrics;

import io.dsxconnect.core.redis.RedisMemory;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** How full Redis is, and whether new work is taken. */
public final class MemoryMeters implements MeterBinder {
  private final RedisMemory memory;

  public MemoryMeters(RedisMemory memory) {
    this.memory = memory;
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    gauge(
            "dsx.redis.memory.ratio",
            "used share of maxmemory; 0 without maxmemory",
            RedisMemory::ratio)
        .register(meters);
    gauge("dsx.intake.open", "whether new files are taken", m -> m.aboveMark() ? 0 : 1)
        .register(meters);
  }

  private Gauge.Builder<RedisMemory> gauge(
      String name, String about, ToDoubleFunction<RedisMemory> value) {
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
        .description(about)
        .strongReference(true);
  }
}
