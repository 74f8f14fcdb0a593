package io.dsxconnect.core.metrics;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Meters of the shared state in Redis. Every API process reports the same values, so aggregate them
 * with the maximum, never the sum. All are read together, at most once per second. While Redis is
 * unavailable the last totals stay. Thread-safe.
 */
@ThreadSafe
public final class PlatformMeters implements MeterBinder {
  private static final long MAX_READING_AGE_NANOS = 1_000_000_000L;

  private final Results results;
  private final Jobs jobs;
  private final DeadLetters deadLetters;
  private final Registry registry;

  @GuardedBy("this") private Reading reading = Reading.NONE;

  @GuardedBy("this") private long readAt = System.nanoTime() - MAX_READING_AGE_NANOS;

  public PlatformMeters(Results results, Jobs jobs, DeadLetters deadLetters, Registry registry) {
    this.results = results;
    this.jobs = jobs;
    this.deadLetters = deadLetters;
    this.registry = registry;
  }

  private record Reading(
      boolean up,
      Results.Totals totals,
      Map<Stage, Long> backlog,
      Map<Stage, Long> dead,
      List<ConnectorInstance> connectors) {
    static final Reading NONE =
        new Reading(false, Results.Totals.NONE, Map.of(), Map.of(), List.of());

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
        reading =
            new Reading(false, reading.totals(), reading.backlog(), reading.dead(), List.of());
      }
      readAt = System.nanoTime();
    }
    return reading;
  }

  private Reading read() {
    Map<Stage, Long> backlog = new EnumMap<>(Stage.class);
    Map<Stage, Long> dead = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      backlog.put(stage, jobs.backlog(stage));
    }
    for (Stage stage : DeadLetters.STAGES) {
      dead.put(stage, deadLetters.count(stage));
    }
    return new Reading(true, results.totals(), backlog, dead, registry.list());
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    for (Outcome outcome : Outcome.values()) {
      counter("dsx.files", "Files by outcome", r -> r.totals().files(outcome))
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
              r -> r.backlog().getOrDefault(stage, 0L))
          .tag("queue", stage.queue())
          .register(meters);
    }
    for (Stage stage : DeadLetters.STAGES) {
      gauge("dsx.dead.letters", "Tasks that were given up", r -> r.dead().getOrDefault(stage, 0L))
          .tag("queue", stage.queue())
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
