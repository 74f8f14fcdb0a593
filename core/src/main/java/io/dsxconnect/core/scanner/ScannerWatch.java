package io.dsxconnect.core.scanner;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes every call on to a scanner and remembers what its answers show: whether it takes files,
 * its engine, how often it was busy or failed, and the engine time of the last 512 scans.
 * Thread-safe.
 */
@ThreadSafe
public final class ScannerWatch implements Scanner {
  private static final int MINUTE_S = 60;
  private static final int MAX_SAMPLES = 512;

  /** So many different files show that the cause is the scanner, and not one of them. */
  private static final int FAILING_FILES = 3;

  private final Scanner scanner;
  private final LongSupplier nanos;

  @GuardedBy("this") private final LastMinute busy = new LastMinute();

  @GuardedBy("this") private final LastMinute verdicts = new LastMinute();

  @GuardedBy("this") private final LastMinute failures = new LastMinute();

  /** The files that failed last, by a hash of their metadata, with the second of the failure. */
  @GuardedBy("this") private final Map<Integer, Long> failed = new LinkedHashMap<>();

  /** Engine times in microseconds, as a ring. */
  @GuardedBy("this") private final long[] micros = new long[MAX_SAMPLES];

  @GuardedBy("this") private long samples;

  @GuardedBy("this") private boolean heard;

  @GuardedBy("this") private long answeredAt;

  @GuardedBy("this") private @Nullable String engine;

  @GuardedBy("this") private @Nullable String obstacle;

  @GuardedBy("this") private boolean obstacleIsLoad;

  @GuardedBy("this") private @Nullable String busyReason;

  @GuardedBy("this") private @Nullable String failure;

  /**
   * @param nanos a monotonic clock, in nanoseconds
   */
  public ScannerWatch(Scanner scanner, LongSupplier nanos) {
    this.scanner = scanner;
    this.nanos = nanos;
  }

  /**
   * What the answers show.
   *
   * @param heard whether the scanner was called at all
   * @param obstacle why no file would get a verdict, by the last call that can show it; else null
   * @param busy whether that obstacle is a lack of capacity
   * @param minute the answers of the last minute
   * @param engine name and version; null before the first verdict
   */
  public record Seen(
      boolean heard,
      @Nullable String obstacle,
      boolean busy,
      Minute minute,
      @Nullable String engine,
      Optional<Latency> latency) {}

  /**
   * The answers of the last minute, those to probes not counted.
   *
   * @param busy refusals for lack of capacity, also of probes
   * @param files files that it judged or failed on; each try counts
   * @param failed of these, tries without a verdict
   * @param busyReason of the last refusal; null when there was none
   * @param failing why the last file failed, if no file got a verdict and several failed; else null
   */
  public record Minute(
      int busy, int files, int failed, @Nullable String busyReason, @Nullable String failing) {}

  /** Percentiles of the engine time, in milliseconds. */
  public record Latency(double p50Millis, double p95Millis) {}

  @Override
  public ScanOutcome scan(Submission submission) throws SourceFailure {
    ScanOutcome outcome = scanner.scan(submission);
    note(outcome, false);
    count(outcome, submission.metadata().hashCode());
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
    busy.clear();
    verdicts.clear();
    failures.clear();
    failed.clear();
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
    busy.add(second());
    busyReason = reason;
  }

  private synchronized void count(ScanOutcome outcome, int file) {
    switch (outcome) {
      case ScanOutcome.Judged judged -> verdicts.add(second());
      case ScanOutcome.Busy refusal -> {}
      case ScanOutcome.Down down -> {}
      case ScanOutcome.Unauthorized refused -> {}
      // It is sent again at once over a new connection.
      case ScanOutcome.Doubtful doubtful when doubtful.stale() -> {}
      case ScanOutcome.Doubtful doubtful -> countFailure(doubtful.reason(), file);
      case ScanOutcome.TimedOut late -> countFailure(late.reason(), file);
      case ScanOutcome.Unproven unproven -> countFailure(unproven.reason(), file);
      case ScanOutcome.Refused refused -> countFailure(refused.reason(), file);
      case ScanOutcome.Failed fault -> countFailure(fault.reason(), file);
      case ScanOutcome.Malformed malformed -> countFailure(malformed.reason(), file);
    }
  }

  @GuardedBy("this") private void countFailure(String reason, int file) {
    failures.add(second());
    failure = reason;
    failed.remove(file);
    failed.put(file, second());
    if (failed.size() > FAILING_FILES) {
      failed.remove(failed.keySet().iterator().next());
    }
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
    return new Seen(
        heard, obstacle, obstacle != null && obstacleIsLoad, minute(second()), engine, latency());
  }

  @GuardedBy("this") private Minute minute(long now) {
    int refused = busy.count(now);
    int judged = verdicts.count(now);
    int without = failures.count(now);
    long files = failed.values().stream().filter(at -> now - at < MINUTE_S).count();
    return new Minute(
        refused,
        judged + without,
        without,
        refused == 0 ? null : busyReason,
        judged == 0 && files >= FAILING_FILES ? failure : null);
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
