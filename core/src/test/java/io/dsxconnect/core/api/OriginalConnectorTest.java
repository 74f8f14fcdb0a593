package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.RunningStages;
import io.dsxconnect.core.TestRedis;
import io.dsxconnect.core.api.OriginalConnector.Client;
import io.dsxconnect.core.api.OriginalConnector.Total;
import io.dsxconnect.testing.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connectors written for the original, with the whole pipeline behind the API. */
class OriginalConnectorTest {
  private static final int FILES = 24;

  static TestRedis server;
  static RunningApi api;
  static RunningStages stages;

  @BeforeAll
  static void start() {
    server = new TestRedis();
    api = new RunningApi(server);
    stages = new RunningStages(server);
  }

  @AfterAll
  static void stop() throws Exception {
    stages.close();
    api.close();
    server.close();
  }

  /** 24 files: one malicious, two missing, one empty, one of several chunks. */
  static OriginalConnector connector(Client client) throws IOException {
    OriginalConnector connector =
        new OriginalConnector(
            client, client == Client.SDK ? Total.ZERO : Total.NOTHING, api.port());
    for (int i = 0; i < FILES - 5; i++) {
      connector.file("/data/scan/file-" + i, ("file " + i).getBytes(StandardCharsets.UTF_8));
    }
    connector
        .file("/data/scan/empty", new byte[0])
        .file("/data/scan/large", new byte[(3 << 20) + 17])
        .file("/data/scan/eicar.com", OriginalConnector.EICAR)
        .missing("/data/scan/gone-1")
        .missing("/data/scan/gone-2");
    connector.register();
    return connector;
  }

  static RawHttp.Answer ask(String method, String path) {
    try {
      return RawHttp.exchange(
          api.port(),
          RawHttp.request(method, Routes.API + path, "Connection: close\r\n", new byte[0]),
          Duration.ofSeconds(20));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static String fullScan(OriginalConnector connector, String query) {
    RawHttp.Answer begun = ask("POST", "/connectors/full_scan/" + connector.uuid() + query);
    assertThat(begun.status()).as(begun.text()).isEqualTo(202);
    return begun.headers().getOrDefault("x-job-id", "");
  }

  /** Waits until a job has ended; returns its view after checking that all other views agree. */
  static JsonNode ended(String job) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              stages.recordCancelled();
              assertThat(ask("GET", "/scan/jobs/" + job).text()).contains("\"finished_at\":");
            });
    JsonNode view = ask("GET", "/scan/jobs/" + job).json();
    JsonNode ledger = view.path("ledger");
    assertThat(ledger.path("balanced").asBoolean()).as(ledger.toString()).isTrue();
    assertThat(ledger.path("pending").asInt()).isZero();
    for (JsonNode listed : ask("GET", "/scan/jobs").json()) {
      if (listed.path("job_id").asText().equals(job)) {
        assertThat(listed.path("ledger")).isEqualTo(ledger);
      }
    }
    JsonNode raw = ask("GET", "/scan/jobs/" + job + "/raw").json().path("data");
    assertThat(raw.path("accepted").asInt()).isEqualTo(ledger.path("accepted").asInt());
    assertThat(raw.path("pending").asInt()).isZero();
    assertThat(view.path("processed_count").asText())
        .isEqualTo(view.path("terminal_count").asText());
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              stages.recordCancelled();
              assertThat(ask("GET", "/scan/results/job/" + job).json())
                  .hasSize(ledger.path("accepted").asInt());
            });
    return view;
  }

  static Map<String, String> verdicts(String job) {
    Map<String, String> verdicts = new TreeMap<>();
    for (JsonNode result : ask("GET", "/scan/results/job/" + job).json()) {
      verdicts.put(
          result.at("/scan_request/location").asText(), result.at("/verdict/verdict").asText());
    }
    return verdicts;
  }

  @ParameterizedTest
  @CsvSource({
    "SDK,      ''",
    "SDK,      ?batch=true&batch_size=5",
    "SDK,      ?batch=true",
    "FALLBACK, ''",
    "FALLBACK, ?batch=true&batch_size=5"
  })
  void a_full_scan_ends_with_an_outcome_for_every_file(Client client, String query)
      throws Exception {
    try (OriginalConnector connector = connector(client)) {
      String job = fullScan(connector, query);
      JsonNode view = ended(job);
      assertThat(view.path("status").asText()).isEqualTo("completed");
      assertThat(connector.sent).hasValue(FILES);
      assertThat(view.at("/ledger/accepted").asInt()).isEqualTo(FILES);
      assertThat(view.at("/ledger/benign").asInt()).isEqualTo(FILES - 3);
      assertThat(view.at("/ledger/malicious").asInt()).isEqualTo(1);
      assertThat(view.at("/ledger/not_scanned").asInt()).isEqualTo(2);
      assertThat(verdicts(job))
          .containsEntry("/data/scan/gone-1", "Not Scanned")
          .containsEntry("/data/scan/gone-2", "Not Scanned")
          .containsEntry("/data/scan/eicar.com", "Malicious")
          .containsEntry("/data/scan/empty", "Benign")
          .containsEntry("/data/scan/large", "Benign");
      assertThat(connector.actions).containsExactly("/data/scan/eicar.com");
      // Without it the original's connectors answer 422.
      assertThat(connector.contentTypes)
          .containsEntry("POST/read_file", "application/json")
          .containsEntry("PUT/item_action", "application/json")
          .containsEntry("POST/full_scan", "application/json");
    }
  }

  @ParameterizedTest
  @CsvSource({"SDK, '', 5", "FALLBACK, '', 5", "SDK, ?batch=true&batch_size=2, 4"})
  void files_left_out_while_paused_are_counted_and_the_job_ends_incomplete(
      Client client, String query, int skipped) throws Exception {
    try (OriginalConnector connector = connector(client)) {
      String job = "pause-" + client + skipped;
      int batch = query.isEmpty() ? 1 : 2;
      List<Integer> answers = new ArrayList<>();
      connector.beforeItem =
          item -> {
            if (item == 6) {
              answers.add(ask("POST", "/scan/jobs/" + job + "/pause").status());
            }
            if (item == 6 + skipped * batch) {
              answers.add(ask("POST", "/scan/jobs/" + job + "/resume").status());
            }
          };
      fullScan(connector, (query.isEmpty() ? "?" : query + "&") + "job_id=" + job);
      JsonNode view = ended(job);
      assertThat(answers).containsExactly(200, 200);
      assertThat(connector.pausedPolls).hasValue(skipped);
      assertThat(view.path("skipped_while_paused").asInt()).isEqualTo(skipped);
      assertThat(view.path("status").asText()).isEqualTo("incomplete");
      assertThat(view.at("/ledger/accepted").asInt()).isEqualTo(FILES - skipped * batch);
      assertThat(connector.refused).hasValue(0);
      assertThat(connector.actions).hasSize(1);
    }
  }

  @Test
  void reading_a_paused_job_leaves_nothing_out() throws Exception {
    try (OriginalConnector connector = connector(Client.SDK)) {
      connector.beforeItem =
          item -> {
            if (item == 3) {
              ask("POST", "/scan/jobs/looked-at/pause");
              assertThat(ask("GET", "/scan/jobs/looked-at/raw?peek=true").text())
                  .contains("\"paused\":\"1\"");
              ask("POST", "/scan/jobs/looked-at/resume");
            }
          };
      fullScan(connector, "?job_id=looked-at");
      JsonNode view = ended("looked-at");
      assertThat(view.path("status").asText()).isEqualTo("completed");
      // Nor does a read after the listing, which cannot leave anything out.
      assertThat(view.has("skipped_while_paused")).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"SDK, ''", "FALLBACK, ?batch=true&batch_size=2"})
  void a_cancel_in_the_middle_ends_the_listing_and_the_job(Client client, String query)
      throws Exception {
    try (OriginalConnector connector = connector(client)) {
      String job = "cancel-" + client;
      connector.beforeItem =
          item -> {
            if (item == 8) {
              ask("POST", "/scan/jobs/" + job + "/cancel");
            }
          };
      fullScan(connector, (query.isEmpty() ? "?" : query + "&") + "job_id=" + job);
      await().atMost(Duration.ofSeconds(10)).until(() -> connector.listings.get() == 1);
      JsonNode view = ended(job);
      assertThat(view.path("status").asText()).isEqualTo("cancelled");
      assertThat(connector.sent).hasValue(8);
      assertThat(view.at("/ledger/accepted").asInt()).isEqualTo(8);
      assertThat(verdicts(job)).hasSize(8);
    }
  }

  @ParameterizedTest
  @CsvSource({"SDK", "FALLBACK"})
  void it_registers_renews_and_unregisters(Client client) throws Exception {
    try (OriginalConnector connector = new OriginalConnector(client, Total.NOTHING, api.port())) {
      assertThat(connector.register().status()).isEqualTo(201);
      RawHttp.Answer heartbeat = connector.register();
      assertThat(heartbeat.status()).isEqualTo(200);
      assertThat(heartbeat.json().path("message").asText()).isEqualTo("refreshed");
      assertThat(ask("GET", "/connectors/list").text())
          .contains("\"uuid\":\"" + connector.uuid() + "\"", "\"status\":\"ready\"");
      assertThat(ask("GET", "/connectors/readyz/" + connector.uuid()).status()).isEqualTo(200);
      assertThat(connector.unregister().status()).isEqualTo(204);
      assertThat(ask("GET", "/connectors/list").text()).doesNotContain(connector.uuid());
    }
  }

  @Test
  void an_empty_listing_ends_at_once() throws Exception {
    try (OriginalConnector connector = new OriginalConnector(Client.SDK, Total.ZERO, api.port())) {
      connector.register();
      String job = fullScan(connector, "");
      assertThat(ended(job).path("status").asText()).isEqualTo("completed");
    }
  }

  @ParameterizedTest
  @CsvSource({"SDK, ''", "SDK, ?batch=true&batch_size=5", "FALLBACK, ?batch=true&batch_size=30"})
  void bug_a_name_that_is_not_utf_8_kept_files_from_being_scanned(Client client, String query)
      throws Exception {
    // As Python writes the bytes FF and 80, and half a surrogate pair that stands for no byte.
    String odd = "/data/scan/b\udcffd\udc80\ud800 ä.com";
    try (OriginalConnector connector = connector(client)) {
      connector.file(odd, OriginalConnector.EICAR);
      String job = fullScan(connector, query);
      JsonNode view = ended(job);
      assertThat(view.path("status").asText()).as(view.toString()).isEqualTo("completed");
      assertThat(view.at("/ledger/accepted").asInt()).isEqualTo(FILES + 1);
      assertThat(view.at("/ledger/malicious").asInt()).isEqualTo(2);
      assertThat(connector.actions).containsExactlyInAnyOrder("/data/scan/eicar.com", odd);
      assertThat(verdicts(job)).containsEntry(odd, "Malicious");
      assertThat(ask("GET", "/scan/jobs/" + job + "/export?format=csv").text())
          .contains("/data/scan/b%FFd%80\\ud800 ä.com");
    }
  }

  @ParameterizedTest
  @CsvSource({"''", "?batch=true&batch_size=5"})
  void bug_a_file_that_cannot_be_taken_was_missing_from_a_job_that_said_completed(String query)
      throws Exception {
    try (OriginalConnector connector = connector(Client.SDK)) {
      connector.file("/data/scan/" + "x".repeat(20_000), OriginalConnector.EICAR);
      String job = fullScan(connector, query);
      JsonNode view = ended(job);
      assertThat(view.path("status").asText()).isEqualTo("incomplete");
      assertThat(view.path("refused_items").asInt()).isEqualTo(1);
      assertThat(view.path("reason").asText())
          .contains("1 scan requests were refused", "location: String should have at most 16384");
      assertThat(view.at("/ledger/accepted").asInt()).isEqualTo(FILES);
      assertThat(view.at("/ledger/malicious").asInt()).isEqualTo(1);
    }
  }
}
