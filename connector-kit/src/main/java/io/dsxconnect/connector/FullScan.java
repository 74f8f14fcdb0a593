package io.dsxconnect.connector;

import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.ScanRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists a repository and sends its files to the core. Listing blocks in {@link BatchSender#send}
 * while the core is unavailable or the job is paused, so memory stays bounded and no file is lost.
 * A listing that ends early is counted as an error, so that its job is not reported as complete.
 * Confined to one thread.
 */
final class FullScan implements Listing {
  private static final Logger log = LoggerFactory.getLogger(FullScan.class);
  static final String STOPPED = "listing was stopped before its end";

  /** Limit of the connector; the core's own may be lower. */
  private static final int MAX_BATCH_FILES = 100;

  private final ScanRun run;
  private final Repository repository;
  private final ConnectorInstance self;
  private final Options options;
  private final BatchSender sender;

  private CoreClient.BatchCaps caps = new CoreClient.BatchCaps(false, 1);
  private List<ScanRequest> batch = new ArrayList<>();
  private long listed;
  private boolean stoppedEarly;

  FullScan(
      ScanRun run,
      Repository repository,
      ConnectorInstance self,
      Options options,
      BatchSender sender) {
    this.run = run;
    this.repository = repository;
    this.self = self;
    this.options = options;
    this.sender = sender;
  }

  /**
   * Options of one full scan.
   *
   * @param limit files at most; 0 for all
   * @param batchSize files per batch at most; 0 for the default. The core's limit and 100 files are
   *     upper bounds
   */
  record Options(Filter filter, long limit, int batchSize) {}

  /** Lists and sends. Returns when every file is accepted or counted as an error. */
  void run() {
    Optional<CoreClient.BatchCaps> announced = awaitBatchCaps();
    if (announced.isEmpty()) {
      stoppedEarly = true;
    } else {
      caps = announced.get();
      list();
      flush();
      sender.finish();
    }
    if (stoppedEarly && !sender.cancelled()) {
      log.warn("full scan {}: {}", Printable.of(run.job()), STOPPED);
      run.counts().failed(repository.asset(), STOPPED);
    }
  }

  private void list() {
    try {
      repository.list(options.filter(), this);
    } catch (RuntimeException | Error e) {
      log.error("listing {} failed", Printable.of(repository.asset()), e);
      run.counts().failed(repository.asset(), "listing broke off: " + e.getClass().getSimpleName());
    }
  }

  /** Blocks until the core answers; empty when the connector is stopped before. */
  private Optional<CoreClient.BatchCaps> awaitBatchCaps() {
    for (int attempt = 0; !run.stop().isRaised(); attempt++) {
      try {
        return Optional.of(run.core().batchCaps());
      } catch (IOException e) {
        if (attempt % 10 == 0) {
          log.warn("listing waits: the core does not answer: {}", e.getMessage());
        }
        run.stop().pause(run.timing().retryDelay(attempt));
      }
    }
    return Optional.empty();
  }

  @Override
  public boolean file(Item item) {
    if (atLimit() || sender.cancelled()) {
      return false;
    }
    if (run.stop().isRaised()) {
      stoppedEarly = true;
      return false;
    }
    listed++;
    batch.add(
        ScanRequest.of(item.location(), item.metainfo())
            .withConnector(self, self.url())
            .withSize(item.sizeInBytes() < 0 ? null : item.sizeInBytes())
            .withJob(run.job()));
    if (batch.size() >= batchSize()) {
      flush();
    }
    return !atLimit();
  }

  private boolean atLimit() {
    return options.limit() > 0 && listed >= options.limit();
  }

  private int batchSize() {
    int max = caps.enabled() ? Math.min(MAX_BATCH_FILES, caps.size()) : 1;
    return options.batchSize() > 0 ? Math.min(max, options.batchSize()) : max;
  }

  private void flush() {
    if (!batch.isEmpty()) {
      sender.send(batch, caps.enabled());
      batch = new ArrayList<>();
    }
  }

  @Override
  public void leftOut(LeftOut kind, String location) {
    run.counts().leftOut(kind, location);
    log.debug("left out ({}): {}", kind.wireName(), Printable.of(location));
  }

  @Override
  public void failed(String location, String reason) {
    run.counts().failed(location, reason);
    log.warn("cannot list ({}): {}", reason, Printable.of(location));
  }
}
