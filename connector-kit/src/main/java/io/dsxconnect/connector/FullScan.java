package io.dsxconnect.connector;

import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.ScanRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists a repository and feeds it to the core: batches, several under way, each tried until the
 * core takes it. Listing waits while the core is away or the job is paused, so nothing is held and
 * nothing is lost.
 */
final class FullScan implements Runnable, Listing {
  private static final Logger log = LoggerFactory.getLogger(FullScan.class);
  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final int SAMPLES = 20;

  private final CoreClient core;
  private final Repository repository;
  private final Filter filter;
  private final ConnectorInstance self;
  private final String job;
  private final long limit;
  private final Supplier<String> ids;
  private final int flights;
  private final Semaphore free;

  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong enqueued = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final List<String> skippedSamples = new ArrayList<>();
  private final List<String> failedSamples = new ArrayList<>();
  private List<ScanRequest> batch = new ArrayList<>();
  private CoreClient.BatchCaps caps = new CoreClient.BatchCaps(false, 1);
  private long listed;
  private long skipped;
  private long failed;

  FullScan(
      CoreClient core,
      Repository repository,
      Filter filter,
      ConnectorInstance self,
      String job,
      long limit,
      int flights,
      Supplier<String> ids) {
    this.core = core;
    this.repository = repository;
    this.filter = filter;
    this.self = self;
    this.job = job;
    this.limit = limit;
    this.flights = flights;
    this.free = new Semaphore(flights);
    this.ids = ids;
  }

  /** Stops listing; what was listed is still sent. */
  void stop() {
    stopped.set(true);
  }

  @Override
  public void run() {
    log.info("full scan {} begins", Printable.of(job));
    try {
      caps = core.batchCaps();
    } catch (IOException e) {
      log.debug("the core's batch settings are not known; files go one by one");
    }
    try {
      repository.list(filter, this);
    } catch (RuntimeException e) {
      log.error("listing broke off", e);
      failed(repository.asset(), "listing broke off");
    }
    flush();
    free.acquireUninterruptibly(flights);
    done();
  }

  private void done() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("enqueued_total", enqueued.get());
    body.put("skipped", skipped);
    body.put("errors", failed + refused.get());
    body.put("skipped_samples", skippedSamples);
    body.put("error_samples", failedSamples);
    for (int attempt = 0; ; attempt++) {
      try {
        core.enqueueDone(job, body);
        break;
      } catch (IOException e) {
        if (stopped.get() && attempt > 3) {
          log.warn("the core was not told that full scan {} is listed", Printable.of(job));
          break;
        }
        pause(attempt);
      }
    }
    log.info(
        "full scan {}: {} files sent, {} skipped, {} could not be listed",
        Printable.of(job),
        enqueued.get(),
        skipped,
        failed);
  }

  @Override
  public boolean file(Item item) {
    if (stopped.get() || (limit > 0 && listed >= limit)) {
      return false;
    }
    listed++;
    batch.add(
        new ScanRequest(
            self,
            item.location(),
            item.metainfo(),
            self.url(),
            null,
            item.sizeInBytes() < 0 ? null : item.sizeInBytes(),
            job,
            null,
            null,
            null,
            null));
    if (batch.size() >= (caps.enabled() ? Math.min(100, caps.size()) : 1)) {
      flush();
    }
    return !stopped.get();
  }

  private void flush() {
    if (batch.isEmpty()) {
      return;
    }
    List<ScanRequest> files = batch;
    batch = new ArrayList<>();
    free.acquireUninterruptibly();
    Thread.startVirtualThread(
        () -> {
          try {
            send(files);
          } finally {
            free.release();
          }
        });
  }

  private void send(List<ScanRequest> files) {
    String key = ids.get();
    for (int attempt = 0; ; attempt++) {
      switch (core.send(files, caps.enabled(), key)) {
        case CoreClient.Sent.Queued queued -> {
          enqueued.addAndGet(files.size());
          return;
        }
        case CoreClient.Sent.Held held -> {
          if (cancelled()) {
            stopped.set(true);
            return;
          }
        }
        case CoreClient.Sent.Refused no -> {
          log.error("{} files are refused: {}", files.size(), no.reason());
          refused.addAndGet(files.size());
          return;
        }
        case CoreClient.Sent.Later later -> {
          if (attempt % 10 == 0) {
            log.warn("sending waits: {}", later.reason());
          }
        }
      }
      pause(attempt);
    }
  }

  private boolean cancelled() {
    try {
      return core.standing(job).cancelled();
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause(int attempt) {
    try {
      Thread.sleep(Math.min(LONGEST.toMillis(), 200L << Math.min(attempt, 6)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void skipped(String location, String reason) {
    skipped++;
    sample(skippedSamples, location, reason);
    log.info("skipped {}: {}", Printable.of(location), reason);
  }

  @Override
  public void failed(String location, String reason) {
    failed++;
    sample(failedSamples, location, reason);
    log.warn("cannot list {}: {}", Printable.of(location), reason);
  }

  private static void sample(List<String> samples, String location, String reason) {
    if (samples.size() < SAMPLES) {
      samples.add(Printable.of(location) + ": " + reason);
    }
  }
}
