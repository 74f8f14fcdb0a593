package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.testing.Ports;
import io.dsxconnect.testing.RedisServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A listing larger than Redis, and scanning that starts only when Redis is full. Runs with {@code
 * -Ddsx.long=true}; {@code -Ddsx.full.megabytes=64 -Ddsx.full.files=300000} make it very long.
 */
@EnabledIfSystemProperty(named = "dsx.long", matches = "true")
class FullRedisIT {
  private static final int MEGABYTES = Integer.getInteger("dsx.full.megabytes", 7);
  private static final int FILES = Integer.getInteger("dsx.full.files", 7_000);

  @Test
  void bug_a_listing_that_fills_Redis_waits_and_every_file_ends(@TempDir Path temp)
      throws Exception {
    Path asset = TestFiles.small(temp.resolve("asset"), FILES);
    try (Deployment deployment =
        new Deployment(
                temp,
                null,
                new RedisServer(Ports.free(), Map.of(), List.of("--maxmemory", MEGABYTES + "mb")))
            .set("DSXCONNECT_REDIS_HIGH_WATER", "50")
            .set("DSXCONNECT_RESULTS_DB__RETAIN", "100")) {
      DsxProcess api = deployment.startApi();
      DsxProcess connector = deployment.startConnector("files", asset, 0, Map.of());
      deployment.startScanner();
      api.ready();
      connector.ready();
      String job = deployment.api.fullScan(deployment.api.connector("files"));
      connector.awaitOutput("sending waits");
      assertThat(deployment.api.ledger(job).accepted()).isLessThan(FILES);

      deployment.startWorker(
          16, Deployment.SCAN, Deployment.ACTION, Deployment.RESULT, Deployment.NOTIFY);
      Ledger ledger =
          Ledger.of(
              Awaitility.await("the job ends")
                  .atMost(DsxProcess.PATIENCE.multipliedBy(1 + FILES / 100_000))
                  .pollInterval(java.time.Duration.ofMillis(200))
                  .ignoreExceptions()
                  .until(
                      () -> deployment.api.job(job),
                      view -> !view.path("finished_at").asText("").isEmpty()));
      assertThat(ledger)
          .returns((long) FILES, Ledger::accepted)
          .returns((long) FILES, Ledger::benign)
          .returns(true, Ledger::balanced);
    }
  }
}
