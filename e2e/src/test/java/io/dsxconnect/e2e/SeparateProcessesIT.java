package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeparateProcessesIT {
  private static final int CLEAN = 60;

  @TempDir Path temp;

  @Test
  void roles_in_separate_processes_scan_a_folder_send_events_and_stop_cleanly() throws Exception {
    Path asset = TestFiles.small(temp.resolve("asset"), CLEAN);
    Path eicar = Files.write(asset.resolve("eicar.com"), TestFiles.eicar());
    Set<String> files = TestFiles.in(asset);
    Path quarantine = Files.createDirectory(temp.resolve("quarantine"));

    try (Deployment deployment = new Deployment(temp)) {
      DsxProcess apiProcess = deployment.startApi();
      DsxProcess connector =
          deployment.startConnector(
              "documents",
              asset,
              0,
              // As in a container: the setting names the folder on the host, which is mounted.
              Map.of(
                  "DSXCONNECTOR_ITEM_ACTION", "move",
                  "DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO", "/srv/quarantine-of-the-host",
                  "DSXCONNECTOR_QUARANTINE_MOUNT", quarantine.toString()));
      List<DsxProcess> processes =
          List.of(
              deployment.startScanner(),
              deployment.startWorker(8, Deployment.SCAN),
              deployment.startWorker(2, Deployment.ACTION),
              deployment.startWorker(2, Deployment.RESULT),
              deployment.startWorker(2, Deployment.NOTIFY),
              connector,
              apiProcess);
      processes.forEach(DsxProcess::ready);
      Api api = deployment.api;
      String uuid = api.connector("documents");

      try (Events events = api.events()) {
        String job = api.fullScan(uuid);
        Ledger ledger = api.everyFileEndedOnce(job, files);
        assertThat(ledger.benign()).isEqualTo(CLEAN);
        assertThat(ledger.malicious()).isEqualTo(1);
        assertThat(api.job(job).path("status").asText()).isEqualTo("completed");
        assertResultsAreServed(api, job, eicar);
        assertEventPerFile(events, files, eicar);
      }

      JsonNode stats = api.get("/scan/stats");
      assertThat(stats.path("files_scanned").asInt()).isEqualTo(files.size());
      assertThat(stats.path("malicious_count").asInt()).isEqualTo(1);
      assertThat(stats.path("benign_count").asInt()).isEqualTo(CLEAN);
      assertQuarantined(quarantine, eicar);

      for (DsxProcess process : processes) {
        assertThat(process.terminate()).as(process + ":\n" + process.err()).isZero();
      }
      assertThat(deployment.redis.terminate()).isZero();
    }
  }

  private static void assertResultsAreServed(Api api, String job, Path eicar) throws Exception {
    List<Result> results = api.results(job);
    assertThat(results)
        .filteredOn(r -> r.verdict().equals("Malicious"))
        .singleElement()
        .satisfies(
            r -> {
              assertThat(r.location()).isEqualTo(eicar.toString());
              assertThat(r.status()).isEqualTo("action succeeded");
              assertThat(r.action()).isEqualTo("success");
            });
    assertThat(results)
        .filteredOn(r -> r.verdict().equals("Benign"))
        .hasSize(CLEAN)
        .allMatch(r -> r.status().equals("scanned"))
        .allSatisfy(r -> assertThat(r.sha256()).isEqualTo(TestFiles.sha256(Path.of(r.location()))));
    JsonNode one = api.get("/scan/results/" + results.getFirst().task());
    assertThat(one).hasSize(1);
    assertThat(Result.of(one.get(0))).isEqualTo(results.getFirst());
  }

  /**
   * One event per clean file; for a malicious one, one with its verdict and one with its action.
   */
  private static void assertEventPerFile(Events events, Set<String> files, Path eicar) {
    await("every event has arrived")
        .atMost(DsxProcess.PATIENCE)
        .untilAsserted(() -> assertThat(events.results()).hasSize(files.size() + 1));
    assertThat(events.results())
        .extracting(Result::location)
        .containsOnlyOnceElementsOf(
            files.stream().filter(file -> !file.equals(eicar.toString())).toList());
    assertThat(events.results())
        .filteredOn(r -> r.location().equals(eicar.toString()))
        .extracting(Result::status)
        .containsExactly("scanned", "action succeeded");
  }

  private static void assertQuarantined(Path quarantine, Path eicar) throws Exception {
    assertThat(eicar).doesNotExist();
    try (Stream<Path> moved = Files.list(quarantine)) {
      assertThat(moved.filter(file -> file.toString().endsWith(".quarantined")))
          .singleElement()
          .satisfies(file -> assertThat(Files.readAllBytes(file)).isEqualTo(TestFiles.eicar()));
    }
  }
}
