package io.dsxconnect.core.scanner;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes every call on to a scanner and remembers what its answers show: whether it takes files,
 * its engine, how often it was busy, and the engine time of the last 512 scans. Thread-safe.
 */
@ThreadSafe
public final class ScannerWatch implements Scanner {
  private static final int MINUTE_S = 60;
  private static final int MAX_SAMPLES = 512;

  private final Scanner scanner;
  private final LongSupplier nanos;

  /** Busy answers per second of the last minute, and the second that each counter is for. */
  @GuardedBy("this") private final int[] busy = new int[MINUTE_S];

  @GuardedBy("this") private final long[] busyAt = new long[MINUTE_S];

  /** Engine times in microseconds, as a ring. */
  @GuardedBy("this") private final long[] micros = new long[MAX_SAMPLES];

  @GuardedBy("this") private long samples;

  @GuardedBy("this") private boolean heard;

  @GuardedBy("this") private long answeredAt;

  @GuardedBy("this") private @Nullable String engine;

  @GuardedBy("this") private @Nullable String obstacle;

  @GuardedBy("this") private boolean obstacleIsLoad;

  @GuardedBy("this") private @Nullable String busyReason;

  /**
   * @param nanos a monotonic clock, in nanoseconds
   */
  public ScannerWatch(Scanner scanner, LongSupplier nanos) {
    this.scanner = scanner;
    this.nanos = nanos;
    Arrays.fill(busyAt, Long.MIN_VALUE);
  }

  /**
   * What the answers show.
   *
   * @param heard whether the scanner was called at all
   * @param obstacle why no file would get a verdict, by the last call that can show it; else null
   * @param busy whether that obstacle is a lack of capacity
   * @param busyAnswers busy answers of the last minute
   * @param engine name and version; null before the first verdict
   */
  public record Seen(
      boolean heard,
      @Nullable String obstacle,
      boolean busy,
      Busy busyAnswers,
      @Nullable String engine,
      Optional<Latency> latency) {
    /** Busy answers of the last minute. */
    public int busyPerMinute() {
      return busyAnswers.perMinute;
    }

    /** The reason of the last busy answer of the last minute; null when there was none. */
    public @Nullable String busyReason() {
      return busyAnswers.reason;
    }
  }

  /**
   * Busy answers of the last minute.
   *
   * @param reason of the last one; null when there was none
   */
  public record Busy(int perMinute, @Nullable String reason) {}

  /** Percentiles of the engine time, in milliseconds. */
  public record Latency(double p50Millis, double p95Millis) {}

  @Override
  public ScanOutcome scan(Submission submission) throws SourceFailure {
    ScanOutcome outcome = scanner.scan(submission);
    note(outcome, false);
    return outcome;
  }

  @Override
  public ScanOutcome probe() {
    ScanOutcome outcome = scanner.probe();
    note(outcome, true);
    return outcome;
  }

  @Override
  public String engine() {
    return scanner.engine();
  }

  /** Forgets all answers: the scanner has another address. */
  public synchronized void forget() {
    heard = false;
    engine = null;
    obstacle = null;
    busyReason = null;
    samples = 0;
    Arrays.fill(busyAt, Long.MIN_VALUE);
  }

  private synchronized void note(ScanOutcome outcome, boolean probe) {
    heard = true;
    answeredAt = nanos.getAsLong();
    switch (outcome) {
      case ScanOutcome.Judged judged -> {
        engine = judged.engine();
        obstacle = null;
        Long time = judged.response().scanDurationInMicroseconds();
        if (!probe && time != null) {
          micros[(int) (samples++ % MAX_SAMPLES)] = time;
        }
      }
      case ScanOutcome.Busy refusal -> {
        countBusy(refusal.reason());
        if (probe) {
          obstacle = refusal.reason();
          obstacleIsLoad = true;
        }
      }
      // Nothing answers at its address; for one file that is as certain as for a probe.
      case ScanOutcome.Down down -> unavailable(down.reason());
      case ScanOutcome.Doubtful doubtful when probe -> unavailable(doubtful.reason());
      case ScanOutcome.TimedOut late when probe -> unavailable(late.reason());
      case ScanOutcome.Unauthorized refused -> unavailable(refused.reason());
      case ScanOutcome.Doubtful doubtful -> {}
      case ScanOutcome.TimedOut late -> {}
      // It answers, if not with a verdict on this file.
      case ScanOutcome.Unproven unproven -> obstacle = null;
      case ScanOutcome.Refused refused -> obstacle = null;
      case ScanOutcome.Failed failed -> obstacle = null;
      case ScanOutcome.Malformed malformed -> obstacle = null;
    }
  }

  @GuardedBy("this") private void unavailable(String reason) {
    obstacle = reason;
    obstacleIsLoad = false;
  }

  @GuardedBy("this") private void countBusy(String reason) {
    long second = second();
    int slot = (int) Math.floorMod(second, (long) MINUTE_S);
    if (busyAt[slot] != second) {
      busyAt[slot] = second;
      busy[slot] = 0;
    }
    busy[slot]++;
    busyReason = reason;
  }

  private long second() {
    return Math.floorDiv(nanos.getAsLong(), 1_000_000_000L);
  }

  /** How long ago the scanner was last called; empty before the first call. */
  public synchronized Optional<Duration> silence() {
    return heard ? Optional.of(Duration.ofNanos(nanos.getAsLong() - answeredAt)) : Optional.empty();
  }

  /** What the answers up to now show. */
  public synchronized Seen seen() {
    long now = second();
    int recent = 0;
    for (int slot = 0; slot < MINUTE_S; slot++) {
      recent += now - busyAt[slot] < MINUTE_S && busyAt[slot] != Long.MIN_VALUE ? busy[slot] : 0;
    }
    return new Seen(
        heard,
        obstacle,
        obstacle != null && obstacleIsLoad,
        new Busy(recent, recent == 0 ? null : busyReason),
        engine,
        latency());
  }

  @GuardedBy("this") private Optional<Latency> latency() {
    int known = (int) Math.min(samples, MAX_SAMPLES);
    if (known == 0) {
      return Optional.empty();
    }
    long[] sorted = Arrays.copyOf(micros, known);
    Arrays.sort(sorted);
    return Optional.of(new Latency(at(sorted, 0.5), at(sorted, 0.95)));
  }

  private static double at(long[] sorted, double share) {
    return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))] / 1000.0;
  }
}
