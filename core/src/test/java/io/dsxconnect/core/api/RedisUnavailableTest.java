package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.RunningStages;
import io.dsxconnect.core.TestRedis;
import io.dsxconnect.core.api.OriginalConnector.Client;
import io.dsxconnect.core.api.OriginalConnector.Total;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.http.server.Limits;
import io.dsxconnect.testing.RawHttp;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A core that is unavailable while an original's connector lists, which repeats no request. */
class RedisUnavailableTest {
  private final List<RunningApi> apis = new CopyOnWriteArrayList<>();

  private RunningApi api() {
    return apis.getLast();
  }

  private void start(TestRedis server, int port) {
    apis.add(new RunningApi(server, Limits.DEFAULT, EventStream.Terms.DEFAULT, port));
    api().served.beat();
  }

  private String fullScan(OriginalConnector connector) throws Exception {
    connector.register();
    return RawHttp.exchange(
            api().port(),
            RawHttp.request(
                "POST",
                Routes.API + "/connectors/full_scan/" + connector.uuid(),
                "Connection: close\r\n",
                new byte[0]),
            Duration.ofSeconds(20))
        .headers()
        .getOrDefault("x-job-id", "");
  }

  @ParameterizedTest
  @CsvSource({"true, incomplete", "false, completed"})
  void bug_files_that_were_refused_while_the_core_restarted_were_missing_from_a_completed_job(
      boolean restarts, String status) throws Exception {
    try (TestRedis server = new TestRedis();
        RunningStages stages = new RunningStages(server)) {
      start(server, 0);
      int port = api().port();
      try (OriginalConnector connector = new OriginalConnector(Client.SDK, Total.NOTHING, port)) {
        for (int i = 0; i < 20; i++) {
          connector.file("/data/scan/file-" + i, new byte[] {1});
        }
        connector.beforeItem =
            item -> {
              if (restarts && item == 5) {
                api().close();
              }
              if (restarts && item == 9) {
                start(server, port);
              }
            };
        String job = fullScan(connector);
        await().atMost(Duration.ofSeconds(30)).until(() -> connector.listings.get() == 1);
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> {
                  stages.recordCancelled();
                  return api().jobs.find(job).orElseThrow().finished();
                });
        Job ended = api().jobs.find(job).orElseThrow();
        assertThat(ended.ledger().accepted()).isEqualTo(restarts ? 16 : 20);
        assertThat(ended.ledger().balanced()).isTrue();
        assertThat(ended.status()).isEqualTo(status);
        assertThat(ended.text("reason", ""))
            .contains(restarts ? "the core was unavailable during the listing" : "");
      }
      api().close();
    }
  }

  @Test
  void bug_a_single_request_that_was_refused_for_want_of_redis_was_missing_from_a_completed_job()
      throws Exception {
    try (TestRedis server = new TestRedis()) {
      start(server, 0);
      api().jobs.announce("J", "c", "all", false);
      server.kill();
      String file =
          "{\"connector_url\":\"http://127.0.0.1:1/c\",\"location\":\"/a\",\"metainfo\":\"a\","
              + "\"scan_job_id\":\"J\"}";
      byte[] request =
          RawHttp.request(
              "POST",
              Routes.API + Routes.SCAN_REQUEST,
              "Connection: close\r\n",
              file.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      assertThat(RawHttp.exchange(api().port(), request, Duration.ofSeconds(30)).status())
          .isEqualTo(503);
      server.crashAndRestart();
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .untilAsserted(
              () -> {
                api().served.beat();
                assertThat(api().jobs.find("J").orElseThrow().fields()).containsKey("core_away");
              });
      api().close();
    }
  }
}
