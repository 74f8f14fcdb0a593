package io.dsxconnect.core.worker;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.core.queue.Worker;
import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the reports of one worker. The owner calls {@link #beat} every {@link #INTERVAL_S}
 * seconds, and {@link #close} when the worker has stopped. Thread-safe.
 */
@ThreadSafe
public final class Heartbeat implements AutoCloseable {
  /** Seconds between two heartbeats. */
  public static final int INTERVAL_S = 2;

  private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

  private final WorkerReports reports;
  private final WorkerReport.Identity identity;
  private final Worker worker;
  private final Supplier<Optional<ScannerReport>> scanner;
  private final MonotonicClock ticks;

  @GuardedBy("this") private boolean closed;

  @GuardedBy("this") private boolean refused;

  @GuardedBy("this") private long doneBefore;

  @GuardedBy("this") private long nanosBefore;

  /**
   * @param scanner what a scan worker knows of the scanner; empty for other stages
   */
  public Heartbeat(
      WorkerReports reports,
      WorkerReport.Identity identity,
      Worker worker,
      Supplier<Optional<ScannerReport>> scanner,
      MonotonicClock ticks) {
    this.reports = reports;
    this.identity = identity;
    this.worker = worker;
    this.scanner = scanner;
    this.ticks = ticks;
    this.nanosBefore = ticks.nanos();
  }

  /**
   * Publishes one report. Does nothing after {@link #close}.
   *
   * @throws RedisUnavailableException when Redis does not answer
   */
  public synchronized void beat() {
    if (closed) {
      return;
    }
    boolean stored = reports.publish(report());
    if (!stored && !refused) {
      log.warn(
          "this worker on {} is not listed, because {} others are",
          identity.queue(),
          WorkerReports.MAX_WORKERS);
    }
    refused = !stored;
  }

  @GuardedBy("this") private WorkerReport report() {
    long done = worker.done();
    long now = ticks.nanos();
    double seconds = (now - nanosBefore) / 1e9;
    double rate = seconds > 0 ? Math.round((done - doneBefore) / seconds * 100) / 100.0 : 0;
    doneBefore = done;
    nanosBefore = now;
    return new WorkerReport(
        identity,
        new WorkerReport.Load(
            worker.inFlight(), worker.limit(), worker.minLimit(), worker.maxLimit()),
        new WorkerReport.Ended(done, worker.failed(), rate),
        scanner.get().orElse(null));
  }

  /** Removes the worker from the list. While Redis is unavailable, its entry ends by itself. */
  @Override
  public synchronized void close() {
    closed = true;
    try {
      reports.remove(identity.id());
    } catch (RedisUnavailableException e) {
      log.debug("the entry of this worker ends in 30 s: {}", e.getMessage());
    }
  }
}
