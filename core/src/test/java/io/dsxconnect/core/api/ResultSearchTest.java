package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.core.redis.Key;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results are searched, counted and exported over HTTP by the same filters. */
class ResultSearchTest extends ApiFixture {
  final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  final AtomicInteger numbers = new AtomicInteger();

  /** Stores a record as it would be found in Redis, without the index. */
  private void store(String location, String verdict, ScanResultStatus status) {
    redis.call(c -> c.del(redis.keys().of(Key.INDEXED)));
    int number = numbers.incrementAndGet();
    ScanResult result =
        ScanResult.of("T" + number, status)
            .withJob("J")
            .withRequest(
                ScanRequest.of(location, location).withConnector(null, "http://c/fs").withSize(7L))
            .withVerdict(verdict.isEmpty() ? null : ScanResponse.of("g", verdict, 5L))
            .recordedAt("2026-11-28T00:00:00Z");
    String json = Json.text(result).replaceFirst("\"id\":-1", "\"id\":" + number);
    redis.call(c -> c.set(redis.keys().of(Key.RESULT, number), json));
    redis.call(c -> c.set(redis.keys().of(Key.RESULT_OF, "T" + number), "" + number));
    redis.call(c -> c.rpush(redis.keys().of(Key.JOB_RESULTS, "J"), "" + number));
    redis.call(c -> c.set(redis.keys().of(Key.SEQ), "" + number));
  }

  private void storeAll() {
    store("/clean", "Benign", ScanResultStatus.SCANNED);
    store("/evil", "Malicious", ScanResultStatus.ACTION_FAILED);
    store("/worse", "Malicious", ScanResultStatus.ACTION_SUCCEEDED);
    store("/new", "Malicious", ScanResultStatus.SCANNED);
    store("/odd", "Suspicious", ScanResultStatus.SCANNED);
    store("/locked", "", ScanResultStatus.NOT_SCANNED);
    store("/broken", "", ScanResultStatus.FAILED);
  }

  private List<Integer> ids(String query) throws Exception {
    HttpResponse<String> answer = send("GET", "/scan/results?" + query, null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<Integer> ids = new ArrayList<>();
    json(answer).forEach(record -> ids.add(record.path("id").asInt()));
    return ids;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "outcome=malicious                  | 4,3,2",
        "outcome=malicious,failed&order=asc | 2,3,4,7",
        "outcome=no_verdict                 | 6,5",
        "outcome=benign                     | 1",
        "action=failed                      | 2",
        "action=succeeded,pending           | 4,3",
        "action=none&order=asc              | 1,5,6,7",
        "outcome=malicious&action=none      | ''",
        "outcome=malicious&offset=1&limit=1 | 3",
        "outcome=,                          | 7,6,5,4,3,2,1",
        "sort=location&order=asc&limit=2    | 7,1",
        "sort=location&order=asc&offset=5   | 5,3",
        "sort=size&limit=1                  | 7",
        "text=%2FEVIL                       | 2",
        "text=J&limit=1                     | 7",
      })
  void filters_and_sorts_select_records(String query, String expected) throws Exception {
    storeAll();
    assertThat(String.join(",", ids(query.strip()).stream().map(String::valueOf).toList()))
        .isEqualTo(expected);
  }

  @Test
  void words_that_are_unknown_and_positions_too_far_are_refused() throws Exception {
    HttpResponse<String> odd =
        send("GET", "/scan/results?outcome=malicious,%3Cscript%3E&action=maybe", null);
    assertThat(odd.statusCode()).isEqualTo(422);
    assertThat(json(odd).path("detail")).hasSize(2);
    assertThat(json(odd).path("detail").get(0).path("input").asText()).isEqualTo("<script>");
    assertThat(send("GET", "/scan/results?sort=size&offset=9999&limit=2", null).statusCode())
        .isEqualTo(400);
    assertThat(send("GET", "/scan/results?sort=size&offset=9999&limit=1", null).statusCode())
        .isEqualTo(200);
  }

  @Test
  void the_summary_and_the_export_are_no_tasks() throws Exception {
    storeAll();
    JsonNode summary = json(send("GET", "/scan/results/summary?outcome=malicious", null));
    assertThat(summary.path("count").asInt()).isEqualTo(3);
    assertThat(summary.path("by_outcome").path("malicious").asInt()).isEqualTo(3);
    assertThat(summary.path("by_action").path("failed").asInt()).isOne();
    assertThat(summary.path("bytes").asInt()).isEqualTo(21);
    assertThat(summary.path("complete").asBoolean()).isTrue();
    assertThat(summary.path("kept").asInt()).isEqualTo(7);
    assertThat(summary.path("newest_id").asInt()).isEqualTo(7);
    assertThat(json(send("GET", "/scan/results/T1", null))).hasSize(1);
    assertThat(send("GET", "/scan/results/export", null).headers().firstValue("Content-Type"))
        .hasValue("application/x-ndjson");
  }

  @Test
  void an_export_has_what_the_filter_shows() throws Exception {
    storeAll();
    HttpResponse<String> lines =
        send("GET", "/scan/results/export?outcome=malicious&job_id=J", null);
    assertThat(lines.headers().firstValue("Content-Disposition").orElse(""))
        .matches("attachment; filename=\"dsx-connect-results-\\d{8}T\\d{6}Z\\.ndjson\"");
    assertThat(lines.body().lines().map(ResultSearchTest::location))
        .containsExactly("/evil", "/worse", "/new");
    assertThat(send("GET", "/scan/results/export?text=nothing", null).body()).isEmpty();
  }

  private static String location(String line) {
    try {
      return Json.parse(line.getBytes(StandardCharsets.UTF_8))
          .path("scan_request")
          .path("location")
          .asText();
    } catch (InvalidInput e) {
      throw new AssertionError(line, e);
    }
  }

  @Test
  void a_table_never_has_a_formula() throws Exception {
    store("=cmd|'/c calc'!A1", "Malicious", ScanResultStatus.ACTION_FAILED);
    store("/a\"b,c\r\nd", "Benign", ScanResultStatus.SCANNED);
    store("/caf\uDCE9", "Benign", ScanResultStatus.SCANNED);
    HttpResponse<String> table = send("GET", "/scan/results/export?format=csv", null);
    assertThat(table.headers().firstValue("Content-Type")).hasValue("text/csv; charset=utf-8");
    assertThat(table.body())
        .startsWith(
            "location,size_in_bytes,sha256,verdict,reason,status,scanner,id,recorded_at,outcome,"
                + "action_state,job_id,task_id,connector_uuid,connector_name\r\n\"'=cmd")
        .contains("\"/a\"\"b,c\r\nd\",7,", "\"/caf%E9\",7,", ",malicious,failed,J,T1,")
        .endsWith("\r\n");
    assertThat(send("GET", "/scan/results/export?format=csv&text=nothing", null).body())
        .startsWith("location,")
        .hasLineCount(1);
  }

  @Test
  void searches_beyond_four_at_once_are_told_to_come_back() throws Exception {
    storeAll();
    List<CompletableFuture<HttpResponse<String>>> summaries = new ArrayList<>();
    server.freeze();
    try {
      for (int i = 0; i < 6; i++) {
        String text = "text=" + i;
        summaries.add(CompletableFuture.supplyAsync(() -> summary(text), threads));
      }
      // Those with a turn wait for Redis, which takes longer than the wait for a turn.
      HttpResponse<?> first =
          (HttpResponse<?>)
              CompletableFuture.anyOf(summaries.toArray(CompletableFuture<?>[]::new)).get();
      assertThat(first.statusCode()).isEqualTo(503);
      assertThat(first.body().toString()).contains("searches_busy");
      assertThat(first.headers().firstValue("Retry-After")).hasValue("2");
    } finally {
      server.thaw();
    }
    long answered = 0;
    for (CompletableFuture<HttpResponse<String>> summary : summaries) {
      answered += summary.get().statusCode() == 200 ? 1 : 0;
    }
    assertThat(answered).isEqualTo(4);
  }

  private HttpResponse<String> summary(String filter) {
    try {
      return send("GET", "/scan/results/summary?" + filter, null);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stores a malicious file of a connector that only reports, without an outcome of an action. */
  private void storeReportedOnly() {
    store("/reported", "Malicious", ScanResultStatus.SCANNED);
    String key = redis.keys().of(Key.RESULT, numbers.get());
    String json = redis.call(c -> c.get(key));
    String connector =
        "\"connector\":{\"name\":\"c\",\"url\":\"http://c/fs\",\"item_action\":\"nothing\"},";
    redis.call(
        c -> c.set(key, json.replace("\"connector_url\":", connector + "\"connector_url\":")));
  }

  @Test
  void bug_a_malicious_file_of_a_connector_that_only_reports_seemed_to_wait_for_its_action()
      throws Exception {
    store("/new", "Malicious", ScanResultStatus.SCANNED);
    storeReportedOnly();
    List<String> states = new ArrayList<>();
    json(send("GET", "/scan/results?order=asc", null))
        .forEach(record -> states.add(record.path("action_state").asText()));
    assertThat(states).containsExactly("pending", "none");
    assertThat(json(send("GET", "/scan/results/T2", null)).path(0).path("action_state").asText())
        .isEqualTo("none");
    assertThat(send("GET", "/scan/results/export?action=none", null).body())
        .contains("\"action_state\":\"none\"");
    HttpResponse<String> document =
        client.send(
            HttpRequest.newBuilder(URI.create(api.url() + "/openapi.json")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(json(document).at("/components/schemas/ShownResult/properties/action_state/enum"))
        .hasSize(5);
  }

  @Test
  void all_failed_actions_that_match_are_tried_again() throws Exception {
    redis.call(c -> c.hset(redis.keys().of(Key.JOB, "J"), Map.of("status", "running")));
    for (int i = 0; i < 3; i++) {
      store("/evil", "Malicious", ScanResultStatus.ACTION_FAILED);
    }
    storeAll();
    JsonNode first = json(send("POST", "/scan/results/actions/retry?text=evil&limit=3", null));
    assertThat(first.path("queued").asInt()).isEqualTo(3);
    assertThat(first.path("more").asBoolean()).isTrue();
    JsonNode rest = json(send("POST", "/scan/results/actions/retry?text=evil", null));
    assertThat(rest.path("queued").asInt()).isOne();
    assertThat(rest.path("more").asBoolean()).isFalse();
    assertThat(ids("action=pending&text=evil")).hasSize(4);
    assertThat(ids("action=pending&text=worse")).isEmpty();
    assertThat(
            json(send("POST", "/scan/results/actions/retry?action=succeeded", null))
                .path("queued")
                .asInt())
        .isZero();
  }
}
