package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.TestRedis;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.connector.ConnectorState;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.notify.Events;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.result.Results;
import io.dsxconnect.http.HttpServer;
import io.dsxconnect.http.Refusal;
import io.dsxconnect.http.RequestGate;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API over real HTTP and a real Redis. */
class ApiTest extends RedisFixture {
  static final String UUID_1 = "2c81d259-0000-4000-8000-000000000001";
  static final String P = "/dsx-connect/api/v1";

  final HttpClient client = HttpClient.newHttpClient();
  final AtomicReference<String> connectorSays = new AtomicReference<>("success");
  Jobs jobs;
  Events events;
  ConnectorClient connectors;
  EventResource eventResource;
  HttpServer api;
  HttpServer connector;

  @BeforeEach
  void start() {
    InstantSource clock = InstantSource.system();
    jobs = new Jobs(redis);
    events = Events.ofResults(redis);
    connectors = new ConnectorClient(Duration.ofSeconds(5));
    eventResource = new EventResource(events, Events.ofConnectors(redis), jobs, clock);
    api = HttpServer.start("127.0.0.1", 0, site(redis, clock));
    connector =
        HttpServer.start(
            "127.0.0.1",
            0,
            routing ->
                routing.post(
                    "/fs/full_scan",
                    (req, res) ->
                        HttpServer.send(
                            res,
                            connectorSays.get().equals("broken") ? 500 : 200,
                            Map.of("status", connectorSays.get(), "message", "Full scan"))));
  }

  Site site(Redis redis, InstantSource clock) {
    Registry registry = new Registry(redis, clock, "dev", connectors::answers);
    Results results = new Results(redis);
    return new Site(
        new RouteTable(
            List.of(
                new HealthResource(redis, () -> true),
                new StatusResource("0.1.0", "2026-11-24T00:00:00+00:00", new FakeCore()),
                new ConnectorResource(registry, new ConnectorState(redis)),
                new ConnectorCallResource(registry, connectors, jobs, ApiTest::id),
                new ScanResource(new Intake(redis, ApiTest::id), results, ApiTest::id, 100),
                new ResultResource(results, jobs),
                new JobResource(new Jobs(redis), events, clock),
                new DeadLetterResource(new DeadLetters(redis), redis, clock),
                eventResource)),
        "0.1.0",
        "5.21.0",
        new RequestGate(Set.of("api.example.com"), "DSXCONNECT_ALLOWED_HOSTS"));
  }

  /** A core without a scanner. */
  static final class FakeCore implements StatusResource.Core {
    @Override
    public Map<String, Object> configuration() {
      return Map.of("workers", Map.of("scan_request_batch_enabled", true));
    }

    @Override
    public StatusResponse testScanner() {
      return StatusResponse.error("no scanner is configured", null);
    }

    @Override
    public String useScanner(String url) {
      if (url.equals("forbidden")) {
        throw Refusal.of(403, "set DSXCONNECT_ALLOW_OPEN_CONFIG=true");
      }
      return url.replaceFirst("/scan/binary.*$", "");
    }
  }

  static String id() {
    return UUID.randomUUID().toString();
  }

  @AfterEach
  void stop() {
    eventResource.close();
    api.close();
    connector.close();
    connectors.close();
  }

  HttpResponse<String> send(String method, String path, @Nullable String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(api.url() + P + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  JsonNode json(HttpResponse<String> response) throws Exception {
    return Json.parse(response.body().getBytes(StandardCharsets.UTF_8));
  }

  String connectorJson() {
    return "{\"name\":\"fs\",\"uuid\":\"" + UUID_1 + "\",\"url\":\"" + connector.url() + "/fs\"}";
  }

  String requestJson(String job, String location) {
    return "{\"connector\":"
        + connectorJson()
        + ",\"location\":\""
        + location
        + "\",\"metainfo\":\"f\",\"scan_job_id\":\""
        + job
        + "\"}";
  }

  @Test
  void a_process_whose_workers_are_stuck_is_not_healthy() throws Exception {
    Site stuck =
        new Site(
            new RouteTable(List.of(new HealthResource(redis, () -> false))),
            "0.1.0",
            "5.21.0",
            new RequestGate(Set.of(), "DSXCONNECT_ALLOWED_HOSTS"));
    try (HttpServer server = HttpServer.start("127.0.0.1", 0, stuck)) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.url() + P + "/healthz")).build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).isEqualTo("{\"status\":\"stuck\"}");
    }
  }

  @Test
  void a_body_without_content_type_is_json_and_the_answer_names_the_task() throws Exception {
    HttpResponse<String> answer = send("POST", "/scan/request", requestJson("J", "/data/a"));
    assertThat(answer.statusCode()).isEqualTo(202);
    String location = answer.headers().firstValue("Location").orElseThrow();
    String task = location.substring(location.lastIndexOf('/') + 1);
    assertThat(location).startsWith(P + "/scan/request/");
    assertThat(json(answer).path("message").asText()).isEqualTo("Scan task ID: " + task);
    assertThat(json(answer).path("description").asText())
        .isEqualTo("Scan task queued for connector: " + connector.url() + "/fs");
    assertThat(json(send("GET", "/scan/jobs/J", null)).at("/ledger/accepted").asLong())
        .isEqualTo(1);
  }

  @Test
  void bug_a_repeat_with_the_same_key_was_taken_in_again_when_the_connector_was_seen_meanwhile()
      throws Exception {
    List<String> answers = new ArrayList<>();
    for (String seen : new String[] {"1", "2"}) {
      String file =
          requestJson("J", "/a")
              .replace("\"name\"", "\"last_repo_check_ts\":" + seen + ",\"name\"");
      answers.add(send("POST", "/scan/request", file, "Idempotency-Key", "one").body());
      String both = "{\"requests\":[" + file + "," + file + "]}";
      answers.add(send("POST", "/scan/request_batch", both, "Idempotency-Key", "both").body());
    }
    assertThat(answers.subList(2, 4)).isEqualTo(answers.subList(0, 2));
    assertThat(jobs.find("J").orElseThrow().ledger().accepted()).isEqualTo(3);
  }

  @Test
  void connectors_that_differ_within_a_batch_are_not_taken_for_a_repeat() throws Exception {
    String file = requestJson("J", "/a");
    String both = "{\"requests\":[" + file + "," + file.replace("\"fs\"", "\"other\"") + "]}";
    HttpResponse<String> first =
        send("POST", "/scan/request_batch", both, "Idempotency-Key", "differ");
    assertThat(json(first).path("queued_items").asInt()).isEqualTo(2);
    assertThat(send("POST", "/scan/request_batch", both, "Idempotency-Key", "differ").body())
        .isEqualTo(first.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/scan/request       |                                    | 422 | missing",
        "/scan/request       | {                                  | 422 | json_invalid",
        "/scan/request       | []                                 | 422 | model_attributes_type",
        "/scan/request       | {\"location\":1,\"metainfo\":\"x\"}| 422 | string_type",
        "/scan/request       | {\"location\":\"a\"}               | 422 | missing",
        "/scan/request       | {\"location\":\"a\",\"metainfo\":\"b\"} | 422 | value_error",
        "/scan/request       | {\"location\":\"a\",\"metainfo\":\"b\",\"connector\":null} | 422 | model_attributes_type",
        "/scan/request_batch | {\"requests\":{}}                  | 422 | list_type",
        "/scan/request_batch | {\"requests\":[{\"location\":\"a\",\"metainfo\":\"b\"}]} | 422 | value_error",
        "/connectors/register| {\"uuid\":\"odd\"}                 | 422 | uuid_parsing",
        "/connectors/register| {\"status\":\"odd\"}               | 422 | enum",
        "/connectors/full_scan/odd |                              | 422 | uuid_parsing",
        "/scan/jobs/J/enqueue_done | []                           | 422 | dict_type",
      })
  void a_wrong_body_is_422_and_says_where(
      String path, @Nullable String body, int status, String type) throws Exception {
    HttpResponse<String> answer = send("POST", path, body);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(json(answer).at("/detail/0/type").asText()).isEqualTo(type);
    assertThat(answer.body()).doesNotContain("com.fasterxml", "java.", "io.dsxconnect");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/nowhere,404,Not Found",
    "GET,/scan/jobs/none,404,job_not_found",
    "POST,/scan/jobs/none/pause,404,job_not_found",
    "POST,/scan/jobs/none/cancel,404,job_not_found",
    "POST,/connectors/full_scan/" + UUID_1 + ",404,No connector registered with UUID=" + UUID_1,
  })
  void what_is_not_there_is_404(String method, String path, int status, String detail)
      throws Exception {
    HttpResponse<String> answer = send(method, path, null);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(json(answer).path("detail").asText()).isEqualTo(detail);
  }

  @Test
  void a_batch_tells_how_many_were_queued_and_a_held_job_refuses_them() throws Exception {
    String batch =
        "{\"requests\":["
            + requestJson("J", "/a")
            + ","
            + requestJson("J", "/b")
            + "],\"batch_size\":2}";
    HttpResponse<String> answer = send("POST", "/scan/request_batch", batch);
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(json(answer).path("queued_items").asInt()).isEqualTo(2);
    assertThat(json(answer).path("task_ids")).hasSize(2);

    assertThat(send("POST", "/scan/jobs/J/pause", null).body()).isEqualTo("{\"ok\":true}");
    assertThat(send("POST", "/scan/request_batch", batch).statusCode()).isEqualTo(409);
    HttpResponse<String> held = send("POST", "/scan/request", requestJson("J", "/c"));
    assertThat(held.statusCode()).isEqualTo(409);
    assertThat(held.body())
        .isEqualTo(
            "{\"status\":\"error\",\"message\":\"Job paused/cancelled\",\"description\":\"scan_job_id=J\",\"id\":null,\"preview\":null}");
    JsonNode raw = json(send("GET", "/scan/jobs/J/raw", null));
    assertThat(raw.at("/data/paused").asText()).isEqualTo("1");
    assertThat(raw.path("key").asText()).isEqualTo("dsxconnect:job:J");

    assertThat(send("POST", "/scan/jobs/J/cancel", null).statusCode()).isEqualTo(200);
    JsonNode job = json(send("GET", "/scan/jobs/J", null));
    assertThat(job.at("/ledger/cancelled").asInt()).isEqualTo(2);
    assertThat(job.at("/ledger/balanced").asBoolean()).isTrue();
    assertThat(job.path("status").asText()).isEqualTo("cancelled");
  }

  @Test
  void a_repeat_with_the_same_idempotency_key_gets_the_same_task() throws Exception {
    String without =
        "{\"connector_url\":\"http://127.0.0.1:1/fs\",\"location\":\"/a\",\"metainfo\":\"a\"}";
    String first = send("POST", "/scan/request", without, "Idempotency-Key", "k").body();
    assertThat(send("POST", "/scan/request", without, "Idempotency-Key", "k").body())
        .isEqualTo(first);
    assertThat(json(send("GET", "/scan/jobs", null))).hasSize(1);
  }

  @Test
  void a_connector_registers_is_listed_scans_and_unregisters() throws Exception {
    HttpResponse<String> first = send("POST", "/connectors/register", connectorJson());
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(json(first).path("message").asText()).isEqualTo("registered");
    assertThat(send("POST", "/connectors/register", connectorJson()).statusCode()).isEqualTo(200);
    assertThat(json(send("GET", "/connectors/list", null)).at("/0/uuid").asText())
        .isEqualTo(UUID_1);

    HttpResponse<String> scan = send("POST", "/connectors/full_scan/" + UUID_1, null);
    assertThat(scan.statusCode()).isEqualTo(202);
    String job = scan.headers().firstValue("X-Job-Id").orElseThrow();
    assertThat(json(scan).path("description").asText()).isEqualTo("job_id=" + job);
    HttpResponse<String> again = send("POST", "/connectors/full_scan/" + UUID_1, null);
    assertThat(again.headers().firstValue("X-Job-Id")).hasValue(job);
    assertThat(send("POST", "/scan/jobs/" + job + "/enqueue_done", "{\"enqueued_total\":0}").body())
        .isEqualTo("{\"ok\":true}");
    assertThat(json(send("GET", "/scan/jobs/" + job, null)).path("status").asText())
        .isEqualTo("completed");

    assertThat(send("DELETE", "/connectors/unregister/" + UUID_1, null).statusCode())
        .isEqualTo(204);
    assertThat(send("DELETE", "/connectors/unregister/" + UUID_1, null).statusCode())
        .isEqualTo(204);
    assertThat(send("GET", "/connectors/list", null).body()).isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource({"broken,500", "error,202"})
  void bug_a_full_scan_that_the_connector_does_not_begin_leaves_no_open_job(String says, int status)
      throws Exception {
    send("POST", "/connectors/register", connectorJson());
    connectorSays.set(says);
    assertThat(send("POST", "/connectors/full_scan/" + UUID_1 + "?job_id=J", null).statusCode())
        .isEqualTo(status);
    assertThat(json(send("GET", "/scan/jobs/J", null)).path("status").asText())
        .isEqualTo("cancelled");
    assertThat(jobs.find("J").orElseThrow().finished()).isTrue();
  }

  @Test
  void events_come_with_ids_and_a_client_that_comes_back_misses_nothing() throws Exception {
    events.publish("{\"n\":1}");
    String first = events.newest();
    events.publish("{\"n\":2}");
    HttpResponse<java.io.InputStream> stream =
        client.send(
            HttpRequest.newBuilder(URI.create(api.url() + P + "/subscribe/scan-result"))
                .header("Last-Event-ID", first)
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(stream.headers().firstValue("Content-Type"))
        .hasValue("text/event-stream; charset=utf-8");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("data: {\"type\":\"connected\"}");
      assertThat(lines.readLine()).isEmpty();
      assertThat(lines.readLine()).isEqualTo("retry: 5000");
      assertThat(lines.readLine()).startsWith("id: ");
      assertThat(lines.readLine()).isEqualTo("data: {\"n\":2}");
    }
  }

  @Test
  void without_redis_it_is_alive_but_not_ready_and_says_when_to_come_back() throws Exception {
    try (TestRedis other = new TestRedis();
        Redis lost = other.connect(InstantSource.system());
        HttpServer alone = HttpServer.start("127.0.0.1", 0, site(lost, InstantSource.system()))) {
      other.kill();
      await().until(() -> get(alone, "/readyz").statusCode() == 503);
      assertThat(get(alone, "/healthz").statusCode()).isEqualTo(200);
      HttpResponse<String> answer = get(alone, "/scan/jobs");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(answer.body()).isEqualTo("{\"detail\":\"job_store_unavailable\"}");
    }
  }

  HttpResponse<String> get(HttpServer from, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(from.url() + P + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
