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
 * Sends the files of one job to the core, several batches at once. Each batch is repeated with the
 * same idempotency key until the core accepts or refuses it. Only the cancellation of the job, or
 * the end of the grace period after a stop, ends the repeats. Confined to one thread, except {@link
 * #cancelled}.
 */
final class BatchSender {
  private static final Logger log = LoggerFactory.getLogger(BatchSender.class);

  private final ScanRun run;
  private final LongAdder sent;
  private final Supplier<String> ids;
  private final int maxInFlight;
  private final Semaphore permits;
  private final AtomicBoolean cancelled = new AtomicBoolean();

  /**
   * @param sent counter of the files that the core accepted, over all jobs
   * @param maxInFlight batches that may be in flight at once
   * @param ids supplies idempotency keys
   */
  BatchSender(ScanRun run, LongAdder sent, int maxInFlight, Supplier<String> ids) {
    this.run = run;
    this.sent = sent;
    this.maxInFlight = maxInFlight;
    this.permits = new Semaphore(maxInFlight);
    this.ids = ids;
  }

  /** Whether the core reported that the job is cancelled. */
  boolean cancelled() {
    return cancelled.get();
  }

  /** Sends files in the background; blocks while {@code maxInFlight} batches are in flight. */
  void send(List<ScanRequest> files, boolean batch) {
    permits.acquireUninterruptibly();
    try {
      Thread.startVirtualThread(() -> deliverOrCount(files, batch));
    } catch (RuntimeException | Error e) {
      countUnsent(files, e);
      permits.release();
    }
  }

  /** Counts the files also after an error: no file may go missing unnoticed. */
  private void deliverOrCount(List<ScanRequest> files, boolean batch) {
    try {
      deliver(files, batch, ids.get());
    } catch (RuntimeException | Error e) {
      countUnsent(files, e);
    } finally {
      permits.release();
    }
  }

  private void countUnsent(List<ScanRequest> files, Throwable e) {
    run.counts()
        .failed(
            files.size(), files.size() + " files were not sent: " + e.getClass().getSimpleName());
    log.error("{} files were not sent", files.size(), e);
  }

  /** Blocks until every file is accepted or counted as an error. */
  void finish() {
    permits.acquireUninterruptibly(maxInFlight);
  }

  private void deliver(List<ScanRequest> files, boolean batch, String key) {
    boolean nothingAccepted = true;
    for (int attempt = 0; !cancelled.get(); attempt++) {
      switch (run.core().send(files, batch, key)) {
        case CoreClient.SendResult.Accepted accepted -> {
          count(files, accepted);
          return;
        }
        case CoreClient.SendResult.Held held -> cancelled.compareAndSet(false, isCancelled());
        case CoreClient.SendResult.Refused refused -> {
          if (batch) {
            sendIndividually(files, key);
          } else {
            log.error("the core refused a file: {}", refused.reason());
            run.counts().failed(files.getFirst().location(), refused.reason());
          }
          return;
        }
        case CoreClient.SendResult.Unavailable unavailable -> {
          if (attempt % 10 == 0) {
            log.warn("sending waits: {}", unavailable.reason());
          }
          nothingAccepted &= unavailable.nothingAccepted();
          // A batch whose response was lost may be accepted. Single files have other keys, so the
          // core would accept them twice.
          if (batch && nothingAccepted && !takesBatches()) {
            sendIndividually(files, key);
            return;
          }
        }
      }
      if (run.stop().isGraceOver()) {
        run.counts().failed(files.size(), files.size() + " files were not sent before the stop");
        return;
      }
      run.stop().pause(run.timing().retryDelay(attempt));
    }
  }

  private void count(List<ScanRequest> files, CoreClient.SendResult.Accepted accepted) {
    int count = files.size() - accepted.refused().size();
    run.counts().sent(count);
    sent.add(count);
    accepted
        .refused()
        .forEach(
            (index, reason) ->
                run.counts()
                    .failed(
                        index >= 0 && index < files.size() ? files.get(index).location() : "a file",
                        "the core refused it: " + reason));
  }

  /** Isolates a refused file, and serves a core that no longer accepts batches. */
  private void sendIndividually(List<ScanRequest> files, String key) {
    for (int i = 0; i < files.size(); i++) {
      deliver(List.of(files.get(i)), false, key + "-" + i);
    }
  }

  /** Asks again, because the core may have been restarted with other settings. */
  private boolean takesBatches() {
    try {
      return run.core().batchCaps().enabled();
    } catch (IOException e) {
      log.debug("cannot read the core's batch settings: {}", e.getMessage());
      return true;
    }
  }

  private boolean isCancelled() {
    try {
      return run.core().jobState(run.job()).cancelled();
    } catch (IOException e) {
      log.debug("cannot read the state of the job: {}", e.getMessage());
      return false;
    }
  }
}
