package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the full scans of a connector, one thread per scan. The core receives the end of each scan;
 * after a kill, at the next start. Thread-safe.
 */
@ThreadSafe
final class FullScans {
  private static final Logger log = LoggerFactory.getLogger(FullScans.class);
  static final String KILLED = "the connector was stopped while it listed";

  /** Scans at once: each keeps folders open and has batches in flight. */
  static final int MAX_SCANS = 4;

  /** Attempts to report the end of a scan while the connector is stopping. */
  private static final int MAX_REPORTS_WHILE_STOPPING = 3;

  private final CoreClient core;
  private final Repository repository;
  private final int maxInFlight;
  private final Supplier<String> ids;
  private final Timing timing;
  private final ScanJournal journal;
  private final LastListing lastListing;
  private final StopSignal stop;
  private final LongAdder sent = new LongAdder();
  private final Map<String, Thread> running = new ConcurrentHashMap<>();
  private final Semaphore places = new Semaphore(MAX_SCANS);

  /**
   * @param maxInFlight batches of one scan that may be in flight at once
   */
  FullScans(
      CoreClient core,
      Repository repository,
      Path dataDir,
      int maxInFlight,
      Supplier<String> ids,
      Timing timing) {
    this.core = core;
    this.repository = repository;
    this.maxInFlight = maxInFlight;
    this.ids = ids;
    this.timing = timing;
    this.journal = new ScanJournal(dataDir);
    this.lastListing = new LastListing(dataDir);
    this.stop = new StopSignal(timing.grace());
  }

  /** Ids of the jobs that are listed now, or whose end the core has not accepted. */
  List<String> jobs() {
    return List.copyOf(running.keySet());
  }

  /** Files that the core accepted since the start of the connector. */
  long sent() {
    return sent.sum();
  }

  /** Reports, in the background, the ends of scans that an earlier process left open. */
  void reportInterrupted() {
    for (ScanJournal.Note note : journal.takeOverAbandoned()) {
      log.warn(
          "full scan {} was interrupted by a stop; reporting its end to the core",
          Printable.of(note.job()));
      startThread(note.job(), () -> reportEnd(note.job(), note.listed()));
    }
  }

  /**
   * Starts a scan in the background; no second one for a job whose scan is running, and at most
   * {@link #MAX_SCANS} at once.
   */
  synchronized Start start(ConnectorInstance self, String job, FullScan.Options options) {
    if (stop.isRaised()) {
      return Start.UNAVAILABLE;
    }
    if (running.containsKey(job)) {
      return Start.STARTED;
    }
    if (!places.tryAcquire()) {
      return Start.BUSY;
    }
    boolean started = false;
    try {
      // Written before the caller is answered, so that a kill cannot leave the job open.
      ListingCounts killed = new ListingCounts();
      killed.failed(repository.asset(), KILLED);
      journal.write(job, killed.body());
      startThread(
          job,
          () -> {
            try {
              scan(self, job, options);
            } finally {
              places.release();
            }
          });
      started = true;
    } finally {
      if (!started) {
        places.release();
      }
    }
    return Start.STARTED;
  }

  /** The outcome of a request to start a scan. */
  enum Start {
    /** It runs. */
    STARTED,
    /** As many run as may at once. */
    BUSY,
    /** The connector has no core, or is stopping. */
    UNAVAILABLE
  }

  private void startThread(String job, Runnable work) {
    Thread thread =
        Thread.ofVirtual()
            .name("full-scan")
            .unstarted(
                () -> {
                  try {
                    work.run();
                  } finally {
                    running.remove(job);
                  }
                });
    if (running.putIfAbsent(job, thread) == null) {
      thread.start();
    }
  }

  private void scan(ConnectorInstance self, String job, FullScan.Options options) {
    log.info("full scan {} started", Printable.of(job));
    ListingCounts counts = new ListingCounts();
    ScanRun run = new ScanRun(core, job, counts, stop, timing);
    BatchSender sender = new BatchSender(run, sent, maxInFlight, ids);
    try {
      new FullScan(run, repository, self, options, sender).run();
    } catch (RuntimeException | Error e) {
      log.error("full scan {} failed", Printable.of(job), e);
      counts.failed(repository.asset(), "the full scan failed: " + e.getClass().getSimpleName());
    }
    if (options.limit() == 0 && counts.errors() == 0 && !sender.cancelled()) {
      lastListing
          .checkAndRemember(repository.asset(), counts.total())
          .ifPresent(
              why -> {
                log.error("full scan {}: {}", Printable.of(job), why);
                counts.failed(repository.asset(), why);
              });
    }
    journal.write(job, counts.body());
    reportEnd(job, Json.tree(counts.body()));
    log.info("full scan {}: {}", Printable.of(job), counts);
  }

  private void reportEnd(String job, JsonNode listed) {
    int reportsWhileStopping = 0;
    for (int attempt = 0; ; attempt++) {
      switch (core.enqueueDone(job, listed)) {
        case CoreClient.SendResult.Accepted accepted -> {
          journal.delete(job);
          return;
        }
        case CoreClient.SendResult.Refused refused -> {
          // Other statuses come from a proxy, or from a core that is being replaced.
          if (refused.status() == 422) {
            log.error(
                "the core refused the end of full scan {}: {}",
                Printable.of(job),
                refused.reason());
            journal.delete(job);
            return;
          }
          logRetry(job, refused.reason(), attempt);
        }
        case CoreClient.SendResult.Unavailable unavailable ->
            logRetry(job, unavailable.reason(), attempt);
        case CoreClient.SendResult.Held held -> log.debug("the job is paused or cancelled");
      }
      if (stop.isRaised() && ++reportsWhileStopping >= MAX_REPORTS_WHILE_STOPPING) {
        log.warn(
            "the end of full scan {} is reported to the core at the next start", Printable.of(job));
        return;
      }
      stop.pause(timing.retryDelay(attempt));
    }
  }

  private static void logRetry(String job, String reason, int attempt) {
    if (attempt % 10 == 0) {
      log.warn("cannot report the end of full scan {}, retrying: {}", Printable.of(job), reason);
    }
  }

  /** Stops listing. Listed files are still sent within the grace period. */
  void stop() {
    stop.raise();
  }

  /** Releases the journal, so that the next start takes over its remaining notes. */
  void close() {
    journal.close();
  }

  /**
   * Blocks until all scans ended, or the time is over.
   *
   * @return whether all scans ended
   */
  boolean await(Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    boolean ended = true;
    for (Thread scan : running.values()) {
      try {
        ended &= scan.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return ended;
  }
}
