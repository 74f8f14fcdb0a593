package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Full scans with every part in its own process, some of which freeze, die or hang. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FleetIT {
  private static final int FILES = 1_500;
  private static final int MALICIOUS = 40;

  /** Longer than a lease, which is 10 s. */
  private static final Duration FREEZE_TIME = Duration.ofSeconds(12);

  private Path asset;
  private Set<String> files = Set.of();
  private Deployment deployment;
  private Fleet fleet;
  private String connector = "";

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    asset = TestFiles.small(temp.resolve("asset"), FILES - MALICIOUS);
    for (int i = 0; i < MALICIOUS; i++) {
      Files.writeString(
          asset.resolve("eicar-" + i + ".com"),
          new String(TestFiles.eicar(), StandardCharsets.US_ASCII) + i);
    }
    files = TestFiles.in(asset);
    deployment = new Deployment(temp);
    fleet = new Fleet(deployment, asset, Map.of(), "--delay", "20");
    connector = deployment.api.connector(Fleet.NAME);
  }

  @AfterEach
  void everyPartRuns() {
    fleet.ready();
  }

  @AfterAll
  void stop() {
    fleet.close();
  }

  @Test
  void a_scan_worker_frozen_beyond_its_lease_loses_its_files_to_another_and_ends_none_late()
      throws Exception {
    DsxProcess frozen = fleet.process(Fleet.Part.SCAN);
    try (DsxProcess other = deployment.startWorker(16, Deployment.SCAN)) {
      other.ready();
      String job = deployment.api.fullScan(connector);
      deployment.api.ended(job, 100);
      fleet.freeze(Fleet.Part.SCAN);
      try {
        // While it is frozen, the other worker ends its files.
        everyFileEndedWell(job);
      } finally {
        fleet.thaw(Fleet.Part.SCAN);
      }
      frozen.awaitOutput("belongs to another worker by now");
      everyFileEndedWell(job);
      assertThat(frozen.alive()).isTrue();
    }
  }

  @Test
  void a_frozen_Redis_and_a_frozen_connector_lose_and_duplicate_no_file() throws Exception {
    String job = deployment.api.fullScan(connector);
    deployment.api.ended(job, 100);
    fleet.freeze(Fleet.Part.REDIS);
    fleet.freeze(Fleet.Part.CONNECTOR);
    // The duration of the freeze, not a wait for a condition.
    Awaitility.await().pollDelay(FREEZE_TIME).atMost(FREEZE_TIME.multipliedBy(2)).until(() -> true);
    fleet.thaw(Fleet.Part.REDIS);
    fleet.thaw(Fleet.Part.CONNECTOR);
    everyFileEndedWell(job);
  }

  @Test
  void result_action_and_notify_workers_killed_under_load_lose_and_duplicate_no_file()
      throws Exception {
    String job = deployment.api.fullScan(connector);
    long ended = 100;
    for (Fleet.Part part :
        new Fleet.Part[] {Fleet.Part.RESULT, Fleet.Part.ACTION, Fleet.Part.NOTIFY}) {
      deployment.api.ended(job, ended);
      fleet.kill(part);
      fleet.start(part);
      ended += 100;
    }
    everyFileEndedWell(job);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @EnabledIfSystemProperty(named = "dsx.long", matches = "true")
  void bug_a_connector_that_hangs_slowed_another_to_less_than_half(boolean answersFirst)
      throws Exception {
    String job = answersFirst ? "answers-and-hangs" : "hangs";
    everyFileEndedWell(deployment.api.fullScan(connector)); // warm-up
    long alone = scanMillis();
    CountDownLatch testEnded = new CountDownLatch(1);
    HttpServer hanging =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hanging.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    hanging.createContext(
        "/",
        exchange -> {
          try {
            if (exchange.getRequestURI().getPath().endsWith("read_file")) {
              if (answersFirst) {
                exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
                exchange.sendResponseHeaders(200, 100);
                exchange.getResponseBody().flush();
              }
              testEnded.await();
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          if (exchange.getResponseCode() < 0) {
            exchange.sendResponseHeaders(200, -1);
          }
          exchange.close();
        });
    hanging.start();
    try {
      String url = "http://127.0.0.1:" + hanging.getAddress().getPort() + "/hanging";
      for (int i = 0; i < 100; i++) {
        deployment.api.scan(url, "/hanging/" + i, job);
      }
      assertThat(scanMillis())
          .as("milliseconds beside a connector that hangs")
          .isLessThan(2 * alone + 3000);
    } finally {
      deployment.api.send("POST", "/scan/jobs/" + job + "/cancel");
      testEnded.countDown();
      hanging.stop(0);
    }
  }

  private long scanMillis() throws IOException {
    long begun = System.nanoTime();
    everyFileEndedWell(deployment.api.fullScan(connector));
    return (System.nanoTime() - begun) / 1_000_000;
  }

  private void everyFileEndedWell(String job) throws IOException {
    Ledger ledger = deployment.api.everyFileEndedOnce(job, files);
    assertThat(ledger)
        .returns((long) FILES - MALICIOUS, Ledger::benign)
        .returns((long) MALICIOUS, Ledger::malicious);
  }
}
