package io.dsxconnect.core.metrics;

import io.dsxconnect.core.redis.Memory;
import io.dsxconnect.core.redis.RedisAway;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** How full Redis is, and whether new work is taken. */
public final class MemoryMeters implements MeterBinder {
  private final Memory memory;

  public MemoryMeters(Memory memory) {
    this.memory = memory;
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    gauge("dsx.redis.memory.ratio", "used share of maxmemory; 0 without maxmemory", Memory::ratio)
        .register(meters);
    gauge("dsx.intake.open", "whether new files are taken", m -> m.aboveMark() ? 0 : 1)
        .register(meters);
  }

  private Gauge.Builder<Memory> gauge(String name, String about, ToDoubleFunction<Memory> value) {
    return Gauge.builder(
            name,
            memory,
            m -> {
              try {
                return value.applyAsDouble(m);
              } catch (RedisAway e) {
                return Double.NaN;
              }
            })
        .description(about)
        .strongReference(true);
  }
}
