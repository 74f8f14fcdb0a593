package io.dsxconnect.core.metrics;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.connector.Presence;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.record.Totals;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.core.series.PlatformReading;
import io.dsxconnect.core.series.Series;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Meters of the shared state in Redis. Every API process reports the same values, so aggregate them
 * with the maximum, never the sum. All are read together, at most once per second. While Redis is
 * unavailable the last totals stay. Thread-safe.
 */
@ThreadSafe
public final class PlatformMeters implements MeterBinder {
  private static final long MAX_READING_AGE_NANOS = 1_000_000_000L;

  private static final List<String> QUANTILES = List.of("0.5", "0.95");

  private final Redis redis;
  private final DeadLetters deadLetters;
  private final Series series;
  private final Registry registry;

  @GuardedBy("this") private Reading reading = Reading.NONE;

  @GuardedBy("this") private long readAt = System.nanoTime() - MAX_READING_AGE_NANOS;

  public PlatformMeters(Redis redis, Registry registry) {
    this.redis = redis;
    this.deadLetters = new DeadLetters(redis);
    this.series = new Series(redis);
    this.registry = registry;
  }

  /**
   * @param latencies of the scanner in seconds, in the order of {@link #QUANTILES}
   */
  private record Reading(
      boolean up,
      PlatformReading platform,
      List<Double> latencies,
      List<ConnectorInstance> connectors) {
    static final Reading NONE = new Reading(false, PlatformReading.NONE, List.of(), List.of());

    Totals totals() {
      return platform.totals();
    }

    double latency(int quantile) {
      return latencies.isEmpty() ? Double.NaN : latencies.get(quantile);
    }

    double connectors(ConnectorStatus status) {
      return connectors.stream().filter(c -> c.status() == status).count();
    }
  }

  private synchronized Reading reading() {
    if (System.nanoTime() - readAt >= MAX_READING_AGE_NANOS) {
      try {
        reading = read();
      } catch (RedisUnavailableException e) {
        // Keep the totals: Prometheus would take a counter that falls to zero for a restart.
        reading = new Reading(false, reading.platform(), List.of(), List.of());
      }
      readAt = System.nanoTime();
    }
    return reading;
  }

  private Reading read() {
    return new Reading(
        true,
        PlatformReading.of(redis, deadLetters),
        QUANTILES.stream().map(series::latency).toList(),
        registered());
  }

  private List<ConnectorInstance> registered() {
    return registry.presences().all().stream()
        .filter(presence -> presence.goneSince() == null)
        .map(Presence::connector)
        .toList();
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    for (Outcome outcome : Outcome.values()) {
      counter("dsx.files", "Files by outcome", r -> r.totals().everCounted(outcome))
          .tag("outcome", outcome.column())
          .register(meters);
    }
    counter("dsx.scanned.bytes", "Bytes scanned", r -> r.totals().bytes()).register(meters);
    counter("dsx.scanner.seconds", "Engine time of the scanner", r -> r.totals().micros() / 1e6)
        .register(meters);
    counter(
            "dsx.notifications.dropped",
            "Records without a notification, because too many notifications waited",
            r -> r.totals().unnotified())
        .register(meters);
    for (Stage stage : Stage.values()) {
      gauge(
              "dsx.queue.backlog",
              "Tasks that wait or are in work",
              r -> r.platform().backlog(stage).tasks())
          .tag("queue", stage.queue())
          .register(meters);
      gauge(
              "dsx.queue.oldest.seconds",
              "Age of the oldest task that waits for a worker; 0 when none waits",
              r -> r.platform().backlog(stage).oldestSeconds())
          .tag("queue", stage.queue())
          .register(meters);
    }
    for (Stage stage : DeadLetters.STAGES) {
      gauge("dsx.dead.letters", "Tasks that were given up", r -> r.platform().deadLetters(stage))
          .tag("queue", stage.queue())
          .register(meters);
    }
    for (int i = 0; i < QUANTILES.size(); i++) {
      int at = i;
      gauge(
              "dsx.scanner.latency.seconds",
              "Engine time per scan in the last whole minute; NaN without a scan",
              r -> r.latency(at))
          .tag("quantile", QUANTILES.get(i))
          .register(meters);
    }
    for (ConnectorStatus status : ConnectorStatus.values()) {
      gauge("dsx.connectors", "Registered connectors", r -> r.connectors(status))
          .tag("status", status.wire())
          .register(meters);
    }
    gauge("dsx.redis.up", "1 while Redis answers, else 0", r -> r.up() ? 1 : 0).register(meters);
  }

  private FunctionCounter.Builder<PlatformMeters> counter(
      String name, String description, ToDoubleFunction<Reading> value) {
    return FunctionCounter.builder(name, this, it -> value.applyAsDouble(it.reading()))
        .description(description);
  }

  private Gauge.Builder<PlatformMeters> gauge(
      String name, String description, ToDoubleFunction<Reading> value) {
    return Gauge.builder(name, this, it -> value.applyAsDouble(it.reading()))
        .description(description)
        .strongReference(true);
  }
}
