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
 * Lists a repository and feeds it to the core. Listing waits while the core is away or the job is
 * paused, so nothing is held and nothing is lost. A listing that did not come to its end is told as
 * an error, so that its job cannot look complete.
 */
final class FullScan implements Listing {
  private static final Logger log = LoggerFactory.getLogger(FullScan.class);
  static final String STOPPED = "listing was stopped before its end";

  /** The most files in a batch, whatever the core would take. */
  private static final int BATCH = 100;

  private final CoreClient core;
  private final Repository repository;
  private final ConnectorInstance self;
  private final Wanted wanted;
  private final BatchSender feed;
  private final ListingCounts tally;
  private final StopSignal stop;
  private final Timing timing;

  private CoreClient.BatchCaps caps = new CoreClient.BatchCaps(false, 1);
  private List<ScanRequest> batch = new ArrayList<>();
  private long listed;
  private boolean cutShort;

  FullScan(
      CoreClient core,
      Repository repository,
      ConnectorInstance self,
      Wanted wanted,
      BatchSender feed,
      ListingCounts tally,
      StopSignal stop,
      Timing timing) {
    this.core = core;
    this.repository = repository;
    this.self = self;
    this.wanted = wanted;
    this.feed = feed;
    this.tally = tally;
    this.stop = stop;
    this.timing = timing;
  }

  /**
   * What a caller wants scanned.
   *
   * @param limit the most files; 0 for all
   * @param batchSize the most files in a batch; 0 for as many as the core takes
   */
  record Wanted(String job, Filter filter, long limit, int batchSize) {}

  /** Returns when every file was sent or given up; what became of them is in the tally. */
  void run() {
    Optional<CoreClient.BatchCaps> announced = announcedCaps();
    if (announced.isEmpty()) {
      cutShort = true;
    } else {
      caps = announced.get();
      list();
      flush();
      feed.finish();
    }
    if (cutShort && !feed.cancelled()) {
      log.warn("full scan {}: {}", Printable.of(wanted.job()), STOPPED);
      tally.failed(repository.asset(), STOPPED);
    }
  }

  private void list() {
    try {
      repository.list(wanted.filter(), this);
    } catch (RuntimeException | Error e) {
      log.error("listing {} broke off", Printable.of(repository.asset()), e);
      tally.failed(repository.asset(), "listing broke off: " + e.getClass().getSimpleName());
    }
  }

  /** Waits for the core, which must be there for anything to be sent; empty: stopped before. */
  private Optional<CoreClient.BatchCaps> announcedCaps() {
    for (int attempt = 0; !stop.isGiven(); attempt++) {
      try {
        return Optional.of(core.batchCaps());
      } catch (IOException e) {
        if (attempt % 10 == 0) {
          log.warn("listing waits: the core does not answer: {}", e.getMessage());
        }
        stop.pause(timing.wait(attempt));
      }
    }
    return Optional.empty();
  }

  @Override
  public boolean file(Item item) {
    if (atLimit() || feed.cancelled()) {
      return false;
    }
    if (stop.isGiven()) {
      cutShort = true;
      return false;
    }
    listed++;
    batch.add(
        ScanRequest.of(item.location(), item.metainfo())
            .withConnector(self, self.url())
            .withSize(item.sizeInBytes() < 0 ? null : item.sizeInBytes())
            .withJob(wanted.job()));
    if (batch.size() >= batchSize()) {
      flush();
    }
    return !atLimit();
  }

  private boolean atLimit() {
    return wanted.limit() > 0 && listed >= wanted.limit();
  }

  private int batchSize() {
    int most = caps.enabled() ? Math.min(BATCH, caps.size()) : 1;
    return wanted.batchSize() > 0 ? Math.min(most, wanted.batchSize()) : most;
  }

  private void flush() {
    if (!batch.isEmpty()) {
      feed.send(batch, caps.enabled());
      batch = new ArrayList<>();
    }
  }

  @Override
  public void leftOut(LeftOut kind, String location) {
    tally.leftOut(kind, location);
    log.debug("left out ({}): {}", kind.wireName(), Printable.of(location));
  }

  @Override
  public void failed(String location, String reason) {
    tally.failed(location, reason);
    log.warn("cannot list ({}): {}", reason, Printable.of(location));
  }
}
