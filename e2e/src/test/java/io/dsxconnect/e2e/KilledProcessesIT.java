package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Each test kills a process with signal 9 during a scan. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledProcessesIT {
  private static final int FILES = 2_000;
  private static final int LIMIT = 600;
  private static final int CONCURRENCY = 16;

  private Set<String> files = Set.of();
  private String connector = "";
  private Deployment deployment;
  private DsxProcess api;
  private DsxProcess scanWorker;
  private DsxProcess connectorProcess;

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    Path asset = TestFiles.small(temp.resolve("asset"), FILES);
    files = TestFiles.in(asset);
    // Two files per request and one request at a time, so the listing takes a while.
    deployment = new Deployment(temp).set("DSXCONNECT_WORKERS__SCAN_REQUEST_BATCH_MAX_SIZE", "2");
    api = deployment.startApi();
    scanWorker = deployment.startWorker(CONCURRENCY, Deployment.SCAN);
    deployment.startScanner("--delay", "40").ready();
    deployment.startWorker(8, Deployment.ACTION, Deployment.RESULT, Deployment.NOTIFY).ready();
    connectorProcess =
        deployment.startConnector(
            "files", asset, 0, Map.of("DSXCONNECTOR_FULL_SCAN_ENQUEUE_CONCURRENCY", "1"));
    connectorProcess.ready();
    api.ready();
    connector = deployment.api.connector("files");
  }

  /** Restarts parts that an earlier, failed test left dead. */
  @BeforeEach
  void everyPartRuns() {
    if (!api.alive()) {
      api = deployment.startApi();
    }
    if (!scanWorker.alive()) {
      scanWorker = deployment.startWorker(CONCURRENCY, Deployment.SCAN);
    }
    api.ready();
    scanWorker.ready();
  }

  @AfterAll
  void stop() {
    deployment.close();
  }

  @Test
  void the_files_of_a_killed_scan_worker_are_scanned_by_another_and_counted_once()
      throws Exception {
    String job = deployment.api.fullScan(connector);
    deployment.api.ended(job, 200);
    scanWorker.kill();
    long killed = System.nanoTime();
    Ledger left = deployment.api.ledger(job);
    assertThat(left.ended()).isLessThan(FILES);

    scanWorker = deployment.startWorker(CONCURRENCY, Deployment.SCAN);
    Ledger ledger = deployment.api.everyFileEndedOnce(job, files);
    assertThat(ledger.benign()).isEqualTo(FILES);
    printRecovery("the scan worker", FILES - left.ended(), killed);
  }

  @Test
  void a_listing_continues_where_it_was_when_the_killed_API_is_back() throws Exception {
    String job = deployment.api.fullScan(connector, "?limit=" + LIMIT);
    deployment.api.ended(job, 20);
    api.kill();
    long killed = System.nanoTime();
    connectorProcess.awaitOutput("sending waits");

    api = deployment.startApi();
    api.ready();
    Ledger ledger = deployment.api.filesEndedOnce(job, LIMIT);
    assertThat(ledger.benign()).isEqualTo(LIMIT);
    printRecovery("the API", LIMIT, killed);
  }

  @Test
  void a_killed_Redis_loses_and_duplicates_no_file() throws Exception {
    String job = deployment.api.fullScan(connector, "?limit=" + LIMIT);
    deployment.api.ended(job, 100);
    deployment.redis.kill();
    long killed = System.nanoTime();
    scanWorker.awaitOutput("waiting for Redis");

    deployment.redis.restart();
    Ledger ledger = deployment.api.filesEndedOnce(job, LIMIT);
    assertThat(ledger.benign()).isEqualTo(LIMIT);
    printRecovery("Redis", LIMIT, killed);
  }

  private static void printRecovery(String part, long files, long since) {
    System.out.printf(
        "kill -9 of %s: the last of %d files ended %.1f s later%n",
        part, files, Duration.ofNanos(System.nanoTime() - since).toMillis() / 1e3);
  }
}
