package io.dsxconnect.core.live;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.redis.RedisMemory;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads the state of the platform from Redis, at most once per second. Thread-safe. */
@ThreadSafe
public final class PlatformStatus implements LiveStatus {
  private static final long MAX_READING_AGE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long RATE_SPAN_NANOS = Duration.ofSeconds(10).toNanos();

  private final Jobs jobs;
  private final io.dsxconnect.core.queue.DeadLetters deadLetters;
  private final Results results;
  private final Registry registry;
  private final RedisMemory memory;
  private final Sources sources;
  private final LongSupplier nanos;

  @GuardedBy("this") private Report report = nothing();

  @GuardedBy("this") private long readAt;

  @GuardedBy("this") private boolean wasRead;

  @GuardedBy("this") private final Deque<Sample> samples = new ArrayDeque<>();

  /** Totals at a time. */
  private record Sample(long at, long files, long bytes) {}

  /**
   * What other parts know. Each method may block for Redis, and throws {@link
   * RedisUnavailableException} when it does not answer. By default all is unknown.
   */
  public interface Sources {
    /** Tasks in work, and how many may be, of all workers of each stage that has one. */
    default Map<Stage, Load> load() {
      return Map.of();
    }

    /** Age in seconds of the oldest task of each stage in which a task waits. */
    default Map<Stage, Long> oldestSeconds() {
      return Map.of();
    }

    /** The list of what needs a person, in short. */
    default Attention attention() {
      return Attention.UNKNOWN;
    }

    /** The scanner as the workers report it. */
    default Scanner scanner() {
      return Scanner.UNKNOWN;
    }

    /** Connectors that expired without unregistering; null when unknown. */
    default @Nullable Long goneConnectors() {
      return null;
    }

    /** Jobs that have not ended; null when unknown. */
    default @Nullable Long activeJobs() {
      return null;
    }
  }

  /**
   * The load of a stage's workers.
   *
   * @param tasks in work
   * @param limit tasks that may be in work now
   */
  public record Load(long tasks, long limit) {}

  /**
   * The stores that the state is read from.
   *
   * @param memory of Redis
   */
  public record Stores(
      Jobs jobs,
      io.dsxconnect.core.queue.DeadLetters deadLetters,
      Results results,
      Registry registry,
      RedisMemory memory) {}

  public PlatformStatus(Stores stores, Sources sources) {
    this(stores, sources, System::nanoTime);
  }

  /**
   * @param nanos a clock that only grows
   */
  PlatformStatus(Stores stores, Sources sources, LongSupplier nanos) {
    this.jobs = stores.jobs();
    this.deadLetters = stores.deadLetters();
    this.results = stores.results();
    this.registry = stores.registry();
    this.memory = stores.memory();
    this.sources = sources;
    this.nanos = nanos;
  }

  private static Report nothing() {
    return new Report(
        List.of(),
        new DeadLetters(0, Map.of()),
        Attention.UNKNOWN,
        Scanner.UNKNOWN,
        new Fleet(0, 0, null, null, null, null),
        new Redis(false, null, null));
  }

  @Override
  public synchronized Report read() {
    long now = nanos.getAsLong();
    if (!wasRead || now - readAt >= MAX_READING_AGE_NANOS) {
      try {
        report =
            new Report(
                stages(),
                deadLetters(),
                sources.attention(),
                sources.scanner(),
                fleet(now),
                new Redis(true, rounded(memory.ratio(), 1000), !memory.aboveMark()));
      } catch (RedisUnavailableException e) {
        samples.clear();
        report = withoutRedis(report);
      }
      readAt = now;
      wasRead = true;
    }
    return report;
  }

  /** Keeps what was known last, without rates. */
  private static Report withoutRedis(Report last) {
    Fleet fleet = last.fleet();
    return new Report(
        last.stages(),
        last.deadLetters(),
        last.attention(),
        last.scanner(),
        new Fleet(fleet.ready(), fleet.total(), fleet.gone(), fleet.activeJobs(), null, null),
        new Redis(false, null, null));
  }

  private List<Waiting> stages() {
    Map<Stage, Load> load = sources.load();
    Map<Stage, Long> oldest = sources.oldestSeconds();
    List<Waiting> stages = new ArrayList<>();
    for (Stage stage : Stage.values()) {
      Load of = load.get(stage);
      stages.add(
          new Waiting(
              stage.queue(),
              jobs.backlog(stage),
              of == null ? null : of.tasks(),
              of == null ? null : of.limit(),
              oldest.get(stage)));
    }
    return stages;
  }

  private DeadLetters deadLetters() {
    Map<String, Long> by = new LinkedHashMap<>();
    for (Stage stage : io.dsxconnect.core.queue.DeadLetters.STAGES) {
      by.put(stage.deadLetters(), deadLetters.count(stage));
    }
    return new DeadLetters(by.values().stream().mapToLong(Long::longValue).sum(), by);
  }

  @GuardedBy("this") private Fleet fleet(long now) {
    List<ConnectorInstance> connectors = registry.list();
    Results.Totals totals = results.totals();
    long files = 0;
    for (Outcome outcome : Outcome.values()) {
      files += totals.files(outcome);
    }
    Sample sample = new Sample(now, files, totals.bytes());
    samples.addLast(sample);
    while (now - samples.getFirst().at() > RATE_SPAN_NANOS) {
      samples.removeFirst();
    }
    Sample first = samples.getFirst();
    return new Fleet(
        connectors.stream().filter(c -> c.status() == ConnectorStatus.READY).count(),
        connectors.size(),
        sources.goneConnectors(),
        sources.activeJobs(),
        rate(sample.files() - first.files(), now - first.at()),
        rate(sample.bytes() - first.bytes(), now - first.at()));
  }

  /** Per second; null for the first sample. */
  private static @Nullable Double rate(long increase, long spanNanos) {
    // Deleting all results restarts the totals.
    return spanNanos == 0 ? null : rounded(Math.max(0, increase) * 1e9 / spanNanos, 10);
  }

  /** Rounded, so that noise is not a change. */
  private static double rounded(double value, int steps) {
    return Math.round(value * steps) / (double) steps;
  }
}
