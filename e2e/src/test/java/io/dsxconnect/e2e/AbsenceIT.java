package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An unavailable scanner, an unavailable connector, and a scanner that answers wrongly. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AbsenceIT {
  private static final int FILES = 20;

  private Deployment deployment;
  private DsxProcess worker;
  private DsxProcess first;
  private String firstUuid = "";
  private String secondUuid = "";
  private Path firstFolder;
  private Path secondFolder;
  private String thirdUuid = "";
  private Path thirdFolder;

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    firstFolder = TestFiles.small(temp.resolve("first"), FILES);
    secondFolder = TestFiles.small(temp.resolve("second"), FILES);
    thirdFolder = Files.createDirectory(temp.resolve("third")).toRealPath();
    Files.writeString(thirdFolder.resolve("small.txt"), "clean");
    TestFiles.sparse(thirdFolder.resolve("large.bin"), 1 << 20);
    deployment = new Deployment(temp);
    DsxProcess api = deployment.startApi();
    worker =
        deployment.startWorker(
            4, Deployment.SCAN, Deployment.ACTION, Deployment.RESULT, Deployment.NOTIFY);
    first = deployment.startConnector("first", firstFolder, 0, Map.of());
    DsxProcess second = deployment.startConnector("second", secondFolder, 0, Map.of());
    DsxProcess third = deployment.startConnector("third", thirdFolder, 0, Map.of());
    List.of(api, worker, first, second, third).forEach(DsxProcess::ready);
    firstUuid = deployment.api.connector("first");
    secondUuid = deployment.api.connector("second");
    thirdUuid = deployment.api.connector("third");
  }

  @AfterAll
  void stop() {
    deployment.close();
  }

  @Test
  void files_wait_for_a_scanner_that_is_down_and_those_of_a_connector_that_is_down_block_no_others()
      throws Exception {
    Api api = deployment.api;
    String firstJob = api.fullScan(firstUuid);
    String secondJob = api.fullScan(secondUuid);
    api.listed(firstJob);
    api.listed(secondJob);
    worker.awaitOutput("its work waits");
    assertThat(api.ledger(firstJob)).returns((long) FILES, Ledger::pending);
    assertThat(api.ledger(secondJob)).returns((long) FILES, Ledger::pending);

    int port = Deployment.portOf(first);
    first.kill();
    try (DsxProcess scanner = deployment.startScanner()) {
      scanner.ready();
      assertThat(api.everyFileEndedOnce(secondJob, TestFiles.in(secondFolder)).benign())
          .isEqualTo(FILES);
      worker.awaitOutput("connector http://127.0.0.1:" + port);
      Ledger waiting = api.ledger(firstJob);
      assertThat(waiting).returns((long) FILES, Ledger::pending).returns(0L, Ledger::failed);

      first = deployment.startConnector("first", firstFolder, port, Map.of());
      first.ready();
      assertThat(api.everyFileEndedOnce(firstJob, TestFiles.in(firstFolder)).benign())
          .isEqualTo(FILES);
    }
  }

  /** As a balancer does, or a published port while the container behind it starts. */
  @Test
  void bug_files_wait_for_a_scanner_behind_something_that_accepts_for_it_and_breaks_off()
      throws Exception {
    Api api = deployment.api;
    String job;
    AtomicInteger resets = new AtomicInteger();
    try (ServerSocket accepting =
        new ServerSocket(deployment.scannerPort(), 50, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(
          () -> {
            while (!accepting.isClosed()) {
              try (Socket socket = accepting.accept()) {
                socket.setSoLinger(true, 0); // close() sends a reset
                resets.incrementAndGet();
              } catch (IOException e) {
                // The socket was closed: the scanner takes over its port.
              }
            }
          });
      job = api.fullScan(thirdUuid);
      api.listed(job);
      // More resets than both files have attempts.
      await().atMost(DsxProcess.PATIENCE).until(() -> resets.get() > 5);
      assertThat(api.ledger(job)).returns(2L, Ledger::pending).returns(0L, Ledger::failed);
    }
    try (DsxProcess scanner = deployment.startScanner()) {
      scanner.ready();
      assertThat(api.everyFileEndedOnce(job, TestFiles.in(thirdFolder)).benign()).isEqualTo(2);
    }
  }

  /**
   * @param mode of the stand-in
   * @param outcome of both files; {@code pending}: they wait
   */
  @ParameterizedTest
  @CsvSource({
    "broken, failed",
    "nonsense, failed",
    "empty, failed",
    "wrong-hash, failed",
    "wrong-length, failed",
    "hasty, failed",
    "new-verdict, Unknown",
    "busy, pending",
    "unauthorized, pending",
  })
  void no_fault_of_a_scanner_makes_a_file_benign(String mode, String outcome) throws Exception {
    Api api = deployment.api;
    try (DsxProcess scanner = deployment.startScanner("--behave", mode)) {
      scanner.ready();
      String job = api.fullScan(thirdUuid);
      api.listed(job);
      if (outcome.equals("pending")) {
        worker.awaitOutput(mode.equals("busy") ? "HTTP 503" : "HTTP 401");
        assertThat(api.ledger(job)).returns(2L, Ledger::pending).returns(0L, Ledger::benign);
        assertThat(api.send("POST", "/scan/jobs/" + job + "/cancel").statusCode()).isEqualTo(200);
        await().atMost(DsxProcess.PATIENCE).until(() -> api.ledger(job).pending() == 0);
        assertThat(api.ledger(job)).returns(2L, Ledger::cancelled);
        return;
      }
      Ledger ledger = api.everyFileEndedOnce(job, TestFiles.in(thirdFolder));
      assertThat(ledger).returns(0L, Ledger::benign);
      assertThat(outcome.equals("failed") ? ledger.failed() : ledger.unknown()).isEqualTo(2);
    }
  }
}
