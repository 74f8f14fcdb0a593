package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The full scans of a connector, each in a thread of its own. Whatever happens to a scan, the core
 * is told how it ended, after a kill at the next start.
 */
final class FullScans {
  private static final Logger log = LoggerFactory.getLogger(FullScans.class);
  static final String KILLED = "the connector was stopped while it listed";

  /** How often the core is told of a scan's end by a connector that stops. */
  private static final int LAST_TRIES = 3;

  private final CoreClient core;
  private final Repository repository;
  private final int flights;
  private final Supplier<String> ids;
  private final Timing timing;
  private final ScanJournal notes;
  private final LastListing lastListing;
  private final StopSignal stop;
  private final LongAdder sent = new LongAdder();
  private final Map<String, Thread> running = new ConcurrentHashMap<>();

  /**
   * @param flights how many batches of one scan may be under way
   */
  FullScans(
      CoreClient core,
      Repository repository,
      Path dataDir,
      int flights,
      Supplier<String> ids,
      Timing timing) {
    this.core = core;
    this.repository = repository;
    this.flights = flights;
    this.ids = ids;
    this.timing = timing;
    this.notes = new ScanJournal(dataDir);
    this.lastListing = new LastListing(dataDir);
    this.stop = new StopSignal(timing.grace());
  }

  /** The jobs that are being listed now, or whose end the core has not taken. */
  List<String> jobs() {
    return List.copyOf(running.keySet());
  }

  /** How many files were sent since the start. */
  long sent() {
    return sent.sum();
  }

  /** Tells the core, in the background, of scans that an earlier process could not end. */
  void endThoseLeft() {
    for (ScanJournal.Note note : notes.left()) {
      log.warn("full scan {} was cut off by a stop; the core is told", Printable.of(note.job()));
      begin(note.job(), () -> tell(note.job(), note.listed()));
    }
  }

  /**
   * Starts a scan; one that runs for the same job is joined.
   *
   * @return false when the connector is stopping
   */
  boolean start(ConnectorInstance self, FullScan.Wanted wanted) {
    if (stop.isGiven()) {
      return false;
    }
    String job = wanted.job();
    if (!running.containsKey(job)) {
      // Before the caller learns that the scan begins: a kill must not leave its job open.
      ListingCounts killed = new ListingCounts();
      killed.failed(repository.asset(), KILLED);
      notes.write(job, killed.body());
    }
    begin(job, () -> scan(self, wanted));
    return true;
  }

  private void begin(String job, Runnable work) {
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

  private void scan(ConnectorInstance self, FullScan.Wanted wanted) {
    String job = wanted.job();
    log.info("full scan {} begins", Printable.of(job));
    ListingCounts tally = new ListingCounts();
    BatchSender feed = new BatchSender(core, job, tally, sent, stop, timing, flights, ids);
    try {
      new FullScan(core, repository, self, wanted, feed, tally, stop, timing).run();
    } catch (RuntimeException | Error e) {
      log.error("full scan {} broke off", Printable.of(job), e);
      tally.failed(repository.asset(), "the full scan broke off: " + e.getClass().getSimpleName());
    }
    if (wanted.limit() == 0 && tally.errors() == 0 && !feed.cancelled()) {
      lastListing
          .compare(repository.asset(), tally.met())
          .ifPresent(
              why -> {
                log.error("full scan {}: {}", Printable.of(job), why);
                tally.failed(repository.asset(), why);
              });
    }
    notes.write(job, tally.body());
    tell(job, Json.tree(tally.body()));
    log.info("full scan {}: {}", Printable.of(job), tally);
  }

  private void tell(String job, JsonNode listed) {
    int last = 0;
    for (int attempt = 0; ; attempt++) {
      switch (core.enqueueDone(job, listed)) {
        case CoreClient.Sent.Taken taken -> {
          notes.delete(job);
          return;
        }
        case CoreClient.Sent.Refused refused -> {
          // Another refusal comes from something in between: a proxy, or a core that is replaced.
          if (refused.status() == 422) {
            log.error(
                "the core refuses the end of full scan {}: {}",
                Printable.of(job),
                refused.reason());
            notes.delete(job);
            return;
          }
          retryLater(job, refused.reason(), attempt);
        }
        case CoreClient.Sent.Later later -> retryLater(job, later.reason(), attempt);
        case CoreClient.Sent.Held held -> log.debug("the job is held");
      }
      if (stop.isGiven() && ++last >= LAST_TRIES) {
        log.warn("the next start tells the core the end of full scan {}", Printable.of(job));
        return;
      }
      stop.pause(timing.wait(attempt));
    }
  }

  private static void retryLater(String job, String reason, int attempt) {
    if (attempt % 10 == 0) {
      log.warn("the end of full scan {} is reported later: {}", Printable.of(job), reason);
    }
  }

  /** Stops listing; what was listed is still sent if the core takes it within the grace. */
  void stop() {
    stop.give();
  }

  /** Lets go of the notes, so that the next start takes over what is left of them. */
  void close() {
    notes.close();
  }

  /**
   * Waits for scans to end.
   *
   * @return whether all did
   */
  boolean await(Duration most) {
    long end = System.nanoTime() + most.toNanos();
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
