package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Tests that take minutes because they wait for timeouts. Run with {@code -Ddsx.long=true}. */
@EnabledIfSystemProperty(named = "dsx.long", matches = "true")
class LongIT {
  private static final int SINGLE_FILES = 20_000;
  private static final int MAX_BYTES_PER_FILE = 300;
  private static final int EVENTS_KEPT = 10_000;
  private static final Pattern USED = Pattern.compile("used_memory:(\\d+)");

  @Test
  void bug_a_full_scan_that_was_announced_and_never_started_blocked_later_ones(@TempDir Path temp)
      throws Exception {
    Path asset = TestFiles.small(temp.resolve("asset"), 200);
    try (Deployment deployment = new Deployment(temp)) {
      Fleet fleet = new Fleet(deployment, asset, Map.of());
      String connector = deployment.api.connector(Fleet.NAME);
      fleet.freeze(Fleet.Part.CONNECTOR);
      CompletableFuture<Void> announced =
          CompletableFuture.runAsync(
              () -> {
                try {
                  deployment.api.send("POST", "/connectors/full_scan/" + connector);
                } catch (IOException e) {
                  // The API dies before it can answer, as intended.
                }
              },
              Executors.newVirtualThreadPerTaskExecutor());
      String first =
          await("the scan is announced")
              .atMost(DsxProcess.PATIENCE)
              .until(() -> deployment.api.get("/scan/jobs"), jobs -> !jobs.isEmpty())
              .findValue("job_id")
              .asText();
      fleet.kill(Fleet.Part.API);
      fleet.kill(Fleet.Part.CONNECTOR);
      announced.join();
      fleet.start(Fleet.Part.API);
      fleet.start(Fleet.Part.CONNECTOR);
      fleet.ready();
      String second =
          await("another scan begins")
              .atMost(DsxProcess.PATIENCE)
              .pollInterval(Duration.ofSeconds(2))
              .ignoreExceptions()
              .until(() -> deployment.api.fullScan(connector), job -> !job.equals(first));
      deployment.api.everyFileEndedOnce(second, TestFiles.in(asset));
      deployment.api.finished(first);
      JsonNode ended = deployment.api.job(first);
      assertThat(ended.path("status").asText()).as(ended.toString()).isEqualTo("incomplete");
      assertThat(ended.path("reason").asText()).as(ended.toString()).isNotEmpty();
    }
  }

  @Test
  void bug_a_day_of_single_files_leaves_little_in_Redis(@TempDir Path temp) throws Exception {
    Path asset = TestFiles.small(temp.resolve("asset"), 100);
    try (Deployment deployment = new Deployment(temp).set("DSXCONNECT_RESULTS_DB__RETAIN", "100")) {
      Fleet fleet = new Fleet(deployment, asset, Map.of());
      deployment.api.connector(Fleet.NAME);
      String url = fleet.process(Fleet.Part.CONNECTOR).ready();
      String connectorUrl =
          url.endsWith("/filesystem-connector") ? url : url + "/filesystem-connector";
      String first = TestFiles.in(asset).iterator().next();
      // A fixed number of past events is kept: fill that first.
      single(deployment, connectorUrl, first, EVENTS_KEPT);
      allEnded(deployment);
      long before = usedMemory(deployment);
      single(deployment, connectorUrl, first, SINGLE_FILES);
      allEnded(deployment);
      long bytesPerFile = (usedMemory(deployment) - before) / SINGLE_FILES;
      System.out.printf(
          "each of %d single files leaves %d bytes in Redis%n", SINGLE_FILES, bytesPerFile);
      assertThat(bytesPerFile).isLessThanOrEqualTo(MAX_BYTES_PER_FILE);
    }
  }

  private static void single(Deployment deployment, String url, String location, int files)
      throws Exception {
    Callable<Boolean> request =
        () -> {
          deployment.api.scan(url, location, null);
          return true;
        };
    try (var threads = Executors.newFixedThreadPool(16)) {
      for (Future<Boolean> sent : threads.invokeAll(Collections.nCopies(files, request))) {
        assertThat(sent.get()).isTrue();
      }
    }
  }

  private static void allEnded(Deployment deployment) {
    for (String left :
        List.of("ZCARD dsx:dev:{p0}:jobs:idle", "LLEN dsx:dev:{p0}:finished:single")) {
      await("every job has ended and is archived")
          .atMost(Duration.ofMinutes(10))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> deployment.redis.ask(left).startsWith(":0"));
    }
  }

  private static long usedMemory(Deployment deployment) throws IOException {
    Matcher used = USED.matcher(deployment.redis.ask("INFO memory"));
    assertThat(used.find()).isTrue();
    return Long.parseLong(used.group(1));
  }
}
