package io.dsxconnect.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanResult;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRunTest {
  @TempDir Path folder;

  @Test
  void each_record_is_drained_once_and_then_deleted() throws Exception {
    Files.writeString(folder.resolve("a"), "a");
    Files.writeString(folder.resolve("b"), "b");
    try (Lifetime life = new Lifetime()) {
      LocalRun run = new LocalRun(life, CoreSettings.forLocalRun(Map.of()), 0);
      assertThat(run.scannerObstacle()).isEmpty();
      String job = run.scan(folder, "");
      Awaitility.await().until(() -> run.job(job).finished());
      assertThat(run.newestRecord(job)).isPresent();
      assertThat(run.malicious(job, 10)).isEmpty();

      List<ScanResult> records = new ArrayList<>();
      assertThat(run.drainRecords(job, 0, records::add)).isEqualTo(2);
      assertThat(records).extracting(ScanResult::id).hasSize(2).doesNotHaveDuplicates();
      assertThat(run.drainRecords(job, 2, records::add)).isZero();
      assertThat(run.newestRecord(job)).isEmpty();
    }
  }

  @Test
  void the_api_shows_the_workers_the_stand_in_the_connector_and_the_trial() throws Exception {
    Files.writeString(folder.resolve("a"), "a");
    try (Lifetime life = new Lifetime()) {
      LocalRun run = new LocalRun(life, CoreSettings.forLocalRun(Map.of()), 0);
      String job = run.scan(folder, "");
      run.showTrial(job, folder);
      Awaitility.await().until(() -> run.job(job).finished());
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  get(run, "/workers").path("workers").size() == 4
                      && get(run, "/scanner").path("state").asText().equals("ready"));
      JsonNode scanner = get(run, "/scanner");
      assertThat(scanner.path("demo").asBoolean()).isTrue();
      assertThat(scanner.path("engine").asText()).startsWith("stand-in");
      assertThat(scanner.path("limit").asInt()).isPositive();
      JsonNode meta = get(run, "/meta");
      assertThat(meta.path("demo").asBoolean()).isTrue();
      assertThat(meta.path("trial").path("job_id").asText()).isEqualTo(job);
      assertThat(meta.path("trial").path("folder").asText()).isEqualTo(folder.toString());
      JsonNode connector = get(run, "/connectors/summary").path("connectors").path(0);
      assertThat(connector.path("state").asText()).isEqualTo("ready");
      assertThat(connector.path("last_scan").path("status").asText()).isEqualTo("completed");
      assertThat(connector.path("last_scan").path("ledger").path("benign").asInt()).isEqualTo(1);
      assertThat(get(run, "/attention").path("items")).isEmpty();
      assertThat(get(run, "/config/effective").path("values").size()).isGreaterThan(50);
    }
  }

  private static JsonNode get(LocalRun run, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> response =
          client.send(
              HttpRequest.newBuilder(URI.create(run.apiUrl() + Routes.API + path)).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).as(path).isEqualTo(200);
      return Json.parse(response.body());
    }
  }
}
