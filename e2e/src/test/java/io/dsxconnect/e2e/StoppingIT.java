package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stopping by signals, and the health check of containers. */
class StoppingIT {
  private static final int CONCURRENCY = 4;

  @TempDir Path temp;

  @Test
  void a_second_signal_ends_a_draining_worker_at_once_and_loses_no_file() throws Exception {
    Path asset = TestFiles.small(temp.resolve("asset"), 12);
    try (Deployment deployment = new Deployment(temp);
        HttpClient client = HttpClient.newHttpClient()) {
      DsxProcess slow = deployment.startScanner("--delay", "120000");
      DsxProcess worker = deployment.startServingWorker(CONCURRENCY, Deployment.SCAN);
      List.of(
              slow,
              worker,
              deployment.startApi(),
              deployment.startWorker(8, Deployment.ACTION, Deployment.RESULT, Deployment.NOTIFY),
              deployment.startConnector("files", asset, 0, Map.of()))
          .forEach(DsxProcess::ready);
      String job = deployment.api.fullScan(deployment.api.connector("files"));
      HttpRequest metrics = HttpRequest.newBuilder(URI.create(worker.ready() + "/metrics")).build();
      await("the worker has files in work")
          .atMost(DsxProcess.PATIENCE)
          .until(
              () ->
                  client
                      .send(metrics, HttpResponse.BodyHandlers.ofString())
                      .body()
                      .contains("dsx_worker_tasks{queue=\"scan_request_queue\"} " + CONCURRENCY));

      worker.signal("TERM");
      worker.awaitOutput("4 tasks in work may end");
      assertThat(worker.alive()).isTrue();
      worker.signal("TERM");
      assertThat(worker.exit()).isEqualTo(143);

      slow.kill();
      deployment.startScanner().ready();
      deployment.startWorker(CONCURRENCY, Deployment.SCAN).ready();
      assertThat(deployment.api.everyFileEndedOnce(job, TestFiles.in(asset)).benign())
          .isEqualTo(12);
    }
  }

  @Test
  void a_server_is_healthy_while_it_runs() throws Exception {
    Path healthFile = temp.resolve("health");
    assertThat(health(healthFile)).isEqualTo(1);
    DevCa ca = new DevCa(temp.resolve("ca"));
    try (DsxProcess server =
        DsxCommand.dsx(
                "scanner-standin",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--tls-cert",
                ca.certificate().toString(),
                "--tls-key",
                ca.key().toString())
            .env("DSX_HEALTH_FILE", healthFile.toString())
            .start()) {
      assertThat(server.ready()).startsWith("https://");
      assertThat(Files.readString(healthFile)).isEqualTo(server.ready() + "/healthz\n");
      assertThat(health(healthFile)).isZero();
      try (DsxProcess beside =
          DsxCommand.dsx("scan", temp.resolve("ca").toString(), "--demo")
              .env("DSX_HEALTH_FILE", healthFile.toString())
              .start()) {
        beside.exit();
      }
      assertThat(health(healthFile))
          .as("bug: a command beside a server made it unhealthy")
          .isZero();
    }
    assertThat(health(healthFile)).isEqualTo(1);
  }

  private int health(Path healthFile) {
    try (DsxProcess check =
        DsxCommand.dsx("health").env("DSX_HEALTH_FILE", healthFile.toString()).start()) {
      return check.exit();
    }
  }
}
