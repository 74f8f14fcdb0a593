package io.dsxconnect.core.live;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.connector.Presence;
import io.dsxconnect.core.connector.Presences;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.job.Backlogs;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.WaitingFiles;
import io.dsxconnect.core.record.Totals;
import io.dsxconnect.core.redis.RedisMemory;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.core.series.PlatformReading;
import io.dsxconnect.core.summary.ConnectorSummary;
import io.dsxconnect.core.worker.LiveWorker;
import io.dsxconnect.core.worker.ScannerStatus;
import io.dsxconnect.core.worker.WorkerReports;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Reads the state of the platform from Redis, at most once per second. Thread-safe. */
@ThreadSafe
public final class PlatformStatus implements LiveStatus {
  private static final long MAX_READING_AGE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long RATE_SPAN_NANOS = Duration.ofSeconds(10).toNanos();

  private final io.dsxconnect.core.redis.Redis redis;
  private final Jobs jobs;
  private final io.dsxconnect.core.queue.DeadLetters deadLetters;
  private final Presences presences;
  private final WaitingFiles waitingFiles;
  private final WorkerReports workers;
  private final io.dsxconnect.core.attention.Attention attention;
  private final boolean scannerConfigured;
  private final LongSupplier nanos;

  @GuardedBy("this") private Report report = nothing();

  @GuardedBy("this") private long readAt;

  @GuardedBy("this") private boolean wasRead;

  @GuardedBy("this") private final Deque<Sample> samples = new ArrayDeque<>();

  /** Totals at a time. */
  private record Sample(long at, long files, long bytes) {}

  /**
   * @param scannerConfigured whether a setting of this process names a scanner
   * @param nanos a clock that only grows, in nanoseconds
   */
  public PlatformStatus(
      io.dsxconnect.core.redis.Redis redis,
      Registry registry,
      io.dsxconnect.core.attention.Attention attention,
      boolean scannerConfigured,
      LongSupplier nanos) {
    this.redis = redis;
    this.jobs = new Jobs(redis);
    this.deadLetters = new io.dsxconnect.core.queue.DeadLetters(redis);
    this.waitingFiles = new WaitingFiles(redis);
    this.presences = registry.presences();
    this.workers = new WorkerReports(redis);
    this.attention = attention;
    this.scannerConfigured = scannerConfigured;
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
        report = readRedis(now);
      } catch (RedisUnavailableException e) {
        // The connection itself logs it.
        samples.clear();
        report = withoutRedis(report);
      }
      readAt = now;
      wasRead = true;
    }
    return report;
  }

  @GuardedBy("this") private Report readRedis(long now) {
    PlatformReading reading = PlatformReading.of(redis, deadLetters);
    List<LiveWorker> live = workers.live();
    ScannerStatus scanner = ScannerStatus.of(live, scannerConfigured);
    RedisMemory memory = redis.memory();
    return new Report(
        stages(reading, live),
        deadLetters(reading),
        attention(attention.now().items()),
        new Scanner(
            scanner.state().wire(),
            scanner.demo(),
            scanner.worst() == null ? null : scanner.worst().reason()),
        fleet(reading.totals(), now),
        new Redis(true, rounded(memory.ratio(), 1000), !memory.aboveMark()));
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

  private static List<Waiting> stages(PlatformReading reading, List<LiveWorker> live) {
    List<Waiting> stages = new ArrayList<>();
    for (Stage stage : Stage.values()) {
      List<LiveWorker> own =
          live.stream().filter(w -> w.report().identity().queue().equals(stage.queue())).toList();
      Backlogs.Backlog backlog = reading.backlog(stage);
      stages.add(
          new Waiting(
              stage.queue(),
              backlog.tasks(),
              own.stream().mapToLong(w -> w.report().load().tasks()).sum(),
              own.stream().mapToLong(w -> w.report().load().limit()).sum(),
              backlog.oldestSeconds() == 0 ? null : Math.round(backlog.oldestSeconds())));
    }
    return stages;
  }

  private static DeadLetters deadLetters(PlatformReading reading) {
    Map<String, Long> by = new LinkedHashMap<>();
    for (Stage stage : io.dsxconnect.core.queue.DeadLetters.STAGES) {
      by.put(stage.deadLetters(), reading.deadLetters(stage));
    }
    return new DeadLetters(by.values().stream().mapToLong(Long::longValue).sum(), by);
  }

  private static Attention attention(List<io.dsxconnect.core.attention.Attention.Item> items) {
    String key =
        UUID.nameUUIDFromBytes(items.toString().getBytes(StandardCharsets.UTF_8)).toString();
    return new Attention(
        items.size(), items.isEmpty() ? "none" : items.getFirst().trouble().severity().wire(), key);
  }

  @GuardedBy("this") private Fleet fleet(Totals totals, long now) {
    List<Presence> all = presences.all();
    Set<String> unreachable = waitingFiles.unreachable();
    List<Presence> registered = all.stream().filter(p -> p.goneSince() == null).toList();
    long files = 0;
    for (Outcome outcome : Outcome.values()) {
      // Nobody works on cancelled files.
      files += outcome == Outcome.CANCELLED ? 0 : totals.everCounted(outcome);
    }
    Sample sample = new Sample(now, files, totals.bytes());
    samples.addLast(sample);
    while (now - samples.getFirst().at() > RATE_SPAN_NANOS) {
      samples.removeFirst();
    }
    Sample first = samples.getFirst();
    return new Fleet(
        registered.stream()
            .filter(p -> ConnectorSummary.State.of(p, unreachable) == ConnectorSummary.State.READY)
            .count(),
        registered.size(),
        (long) all.size() - registered.size(),
        jobs.active(),
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
