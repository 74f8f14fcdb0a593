package io.dsxconnect.connector;

import io.dsxconnect.contract.ScanRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the files of one job to the core, several batches at once, each tried with the same
 * idempotency key until the core takes or refuses it. Only a cancelled job, or the end of the grace
 * after the connector was told to stop, ends the tries.
 */
final class BatchSender {
  private static final Logger log = LoggerFactory.getLogger(BatchSender.class);

  private final CoreClient core;
  private final String job;
  private final ListingCounts tally;
  private final LongAdder sent;
  private final StopSignal stop;
  private final Timing timing;
  private final Supplier<String> ids;
  private final int flights;
  private final Semaphore free;
  private final AtomicBoolean cancelled = new AtomicBoolean();

  /**
   * @param sent counts files over all jobs
   * @param flights how many batches may be under way
   * @param ids gives idempotency keys
   */
  BatchSender(
      CoreClient core,
      String job,
      ListingCounts tally,
      LongAdder sent,
      StopSignal stop,
      Timing timing,
      int flights,
      Supplier<String> ids) {
    this.core = core;
    this.job = job;
    this.tally = tally;
    this.sent = sent;
    this.stop = stop;
    this.timing = timing;
    this.flights = flights;
    this.free = new Semaphore(flights);
    this.ids = ids;
  }

  /** Whether the core said that the job is cancelled. */
  boolean cancelled() {
    return cancelled.get();
  }

  /** Sends files in the background; waits while as many batches as allowed are under way. */
  void send(List<ScanRequest> files, boolean batch) {
    free.acquireUninterruptibly();
    try {
      Thread.startVirtualThread(() -> deliverOrCount(files, batch));
    } catch (RuntimeException | Error e) {
      broken(files, e);
      free.release();
    }
  }

  /** Whatever ends a delivery, its files are counted: none may be missing unnoticed. */
  private void deliverOrCount(List<ScanRequest> files, boolean batch) {
    try {
      deliver(files, batch, ids.get());
    } catch (RuntimeException | Error e) {
      broken(files, e);
    } finally {
      free.release();
    }
  }

  private void broken(List<ScanRequest> files, Throwable e) {
    tally.failed(
        files.size(), files.size() + " files were not sent: " + e.getClass().getSimpleName());
    log.error("{} files were not sent", files.size(), e);
  }

  /** Waits until every file was sent or given up. */
  void finish() {
    free.acquireUninterruptibly(flights);
  }

  private void deliver(List<ScanRequest> files, boolean batch, String key) {
    boolean certain = true;
    for (int attempt = 0; !cancelled.get(); attempt++) {
      switch (core.send(files, batch, key)) {
        case CoreClient.Sent.Taken taken -> {
          count(files, taken);
          return;
        }
        case CoreClient.Sent.Held held -> cancelled.compareAndSet(false, isCancelled());
        case CoreClient.Sent.Refused refused -> {
          if (batch) {
            oneByOne(files, key);
          } else {
            log.error("a file is refused: {}", refused.reason());
            tally.failed(files.getFirst().location(), refused.reason());
          }
          return;
        }
        case CoreClient.Sent.Later later -> {
          if (attempt % 10 == 0) {
            log.warn("sending waits: {}", later.reason());
          }
          certain &= later.nothingTaken();
          // Under other keys, files of a batch whose answer was lost would be taken in twice.
          if (batch && certain && !takesBatches()) {
            oneByOne(files, key);
            return;
          }
        }
      }
      if (stop.isFinal()) {
        tally.failed(files.size(), files.size() + " files were not sent before the stop");
        return;
      }
      stop.pause(timing.wait(attempt));
    }
  }

  private void count(List<ScanRequest> files, CoreClient.Sent.Taken taken) {
    int whole = files.size() - taken.refused().size();
    tally.sent(whole);
    sent.add(whole);
    taken
        .refused()
        .forEach(
            (place, reason) ->
                tally.failed(
                    place >= 0 && place < files.size() ? files.get(place).location() : "a file",
                    "the core refuses it: " + reason));
  }

  /** So that one file that is refused, or a core that takes no batches any more, costs no other. */
  private void oneByOne(List<ScanRequest> files, String key) {
    for (int i = 0; i < files.size(); i++) {
      deliver(List.of(files.get(i)), false, key + "-" + i);
    }
  }

  /** Unless the core says otherwise: it may have been restarted with other settings. */
  private boolean takesBatches() {
    try {
      return core.batchCaps().enabled();
    } catch (IOException e) {
      log.debug("the core's batch settings are not known: {}", e.getMessage());
      return true;
    }
  }

  private boolean isCancelled() {
    try {
      return core.standing(job).cancelled();
    } catch (IOException e) {
      log.debug("it is not known how the job stands: {}", e.getMessage());
      return false;
    }
  }
}
