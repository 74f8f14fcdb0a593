package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.TestRedis;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.routes.Route;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The HTTP contract, row by row, over real HTTP and a real Redis. The rows are in the resources
 * below {@code contract/}; checks of every route are generated from the route table.
 */
class ContractTest {
  static final List<String> FILES =
      List.of(
          "core.txt",
          "connectors.txt",
          "scan.txt",
          "jobs.txt",
          "events.txt",
          "dead-letters.txt",
          "series.txt");

  /**
   * Answers that other tests cover, because they need a missing Redis, stuck workers, hundreds of
   * streams or connectors, or searches that last.
   */
  static final Set<String> ELSEWHERE =
      Set.of(
          "GET /healthz 503",
          "GET /readyz 503",
          "GET /scan/results 503",
          "GET /scan/results/summary 503",
          "POST /scan/results/actions/retry 503",
          "GET /scan/results/export 503",
          "GET /subscribe/scan-result 503",
          "GET /subscribe/connector-registered 503",
          "GET /subscribe/live 503",
          "GET /subscribe/job-summary/{job_id} 503",
          "POST /connectors/register 503");

  static final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  static TestRedis server;
  static RunningApi api;
  static ContractConnector connector;
  String connectorUrl = "";

  @BeforeAll
  static void start() {
    server = new TestRedis();
    api = new RunningApi(server);
    connector = new ContractConnector();
  }

  @AfterAll
  static void stop() {
    connector.close();
    api.close();
    server.close();
  }

  static List<ContractRow> rows() throws Exception {
    List<ContractRow> rows = new ArrayList<>();
    for (String file : FILES) {
      rows.addAll(ContractRow.read(file));
    }
    return rows;
  }

  @TestFactory
  Stream<DynamicNode> every_row_is_answered_as_the_contract_says() throws Exception {
    List<DynamicNode> groups = new ArrayList<>();
    for (String file : FILES) {
      groups.add(
          dynamicContainer(
              file,
              ContractRow.read(file).stream()
                  .map(row -> dynamicTest(row.toString(), () -> check(row)))));
    }
    return groups.stream();
  }

  @Test
  void every_route_has_a_row_for_each_answer_that_it_documents() throws Exception {
    Set<String> rows = new TreeSet<>();
    for (ContractRow row : rows()) {
      String path = row.path().replaceFirst("\\?.*", "");
      for (Route route : api.table.at(Routes.API + path)) {
        if (route.method().equals(row.method())) {
          rows.add(route.method() + " " + route.path() + " " + row.status());
        }
      }
    }
    Set<String> documented = new TreeSet<>();
    for (Route route : api.table.routes()) {
      for (Route.Answer answer : route.answers()) {
        documented.add(route.method() + " " + route.path() + " " + answer.status());
      }
    }
    documented.removeAll(ELSEWHERE);
    documented.removeAll(rows);
    assertThat(documented).as("documented answers without a row in " + FILES).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> a_wrong_method_is_405_and_names_the_right_ones() {
    return paths()
        .map(
            path ->
                dynamicTest(
                    path,
                    () -> {
                      String allowed = methods(path);
                      HttpResponse<InputStream> answer =
                          send("PATCH", filled(path), null, Map.of());
                      assertThat(answer.statusCode()).isEqualTo(405);
                      assertThat(answer.headers().firstValue("Allow")).hasValue(allowed);
                      assertThat(text(answer)).isEqualTo("{\"detail\":\"Method Not Allowed\"}");
                    }));
  }

  @TestFactory
  Stream<DynamicTest> a_slash_at_the_end_is_redirected_to_the_path_without() {
    return paths()
        .map(
            path ->
                dynamicTest(
                    path,
                    () -> {
                      HttpResponse<InputStream> answer =
                          send("POST", filled(path) + "/?a=%20b", "{}", Map.of());
                      assertThat(answer.statusCode()).isEqualTo(307);
                      assertThat(answer.headers().firstValue("Location"))
                          .hasValue(Routes.API + filled(path) + "?a=%20b");
                    }));
  }

  @TestFactory
  Stream<DynamicTest> a_body_of_another_type_is_not_parsed() {
    return api.table.routes().stream()
        .filter(route -> route.body() != null)
        .map(
            route ->
                dynamicTest(
                    route.method() + " " + route.path(),
                    () -> {
                      HttpResponse<InputStream> answer =
                          send(
                              route.method(),
                              filled(route.path()),
                              "{}",
                              Map.of("Content-Type", "text/plain"));
                      assertThat(answer.statusCode()).isEqualTo(422);
                      assertThat(text(answer)).contains("\"loc\":[\"body\"]", "\"input\":\"{}\"");
                    }));
  }

  @TestFactory
  Stream<DynamicTest> a_foreign_page_changes_nothing() {
    return api.table.routes().stream()
        .filter(route -> !route.method().equals("GET"))
        .map(
            route ->
                dynamicTest(
                    route.method() + " " + route.path(),
                    () ->
                        assertThat(
                                send(
                                        route.method(),
                                        filled(route.path()),
                                        "{}",
                                        Map.of("Sec-Fetch-Site", "cross-site"))
                                    .statusCode())
                            .isEqualTo(403)));
  }

  static Stream<String> paths() {
    return api.table.routes().stream().map(Route::path).distinct();
  }

  static String methods(String path) {
    return api.table.routes().stream()
        .filter(route -> route.path().equals(path))
        .map(Route::method)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  static String filled(String path) {
    return path.replace("{connector_uuid}", ApiFixture.UUID_1)
        .replace("{queue_type}", "scan_request")
        .replaceAll("\\{[^}]*}", "x");
  }

  void check(ContractRow row) throws Exception {
    api.redis.call(c -> c.flushall());
    connectorUrl = connector.url("good");
    for (String step : row.scene()) {
      set(step);
    }
    HttpResponse<InputStream> answer =
        send(
            row.method(),
            placed(row.path()),
            row.body() == null ? null : placed(row.body()),
            row.headers());
    String expected = row.expected() == null ? null : placed(row.expected());
    String body = expected == null ? "" : text(answer, expected);
    assertThat(answer.statusCode()).as(body).isEqualTo(row.status());
    row.answerHeaders()
        .forEach(
            (name, value) ->
                assertThat(answer.headers().firstValue(name).orElse("(absent)"))
                    .as(name)
                    .matches(ContractRow.pattern(placed(value))));
    if ("(empty)".equals(expected)) {
      assertThat(body).isEmpty();
    } else if (expected != null) {
      assertThat(body).matches(ContractRow.pattern(expected));
    }
    assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
    answer.body().close();
  }

  /** Prepares the state for a row. */
  void set(String step) throws Exception {
    String[] words = step.split(" ", 3);
    switch (words[0]) {
      case "connector" -> {
        connectorUrl = connector.url(words[1]);
        succeeds(
            "POST",
            "/connectors/register",
            placed("{\"name\":\"fs\",\"uuid\":\"{U}\",\"url\":\"{C}\"}"));
      }
      case "file" ->
          succeeds(
              "POST",
              "/scan/request",
              placed(
                  "{\"connector_url\":\"{C}\",\"location\":\"/a\",\"metainfo\":\"a\",\"scan_job_id\":\""
                      + words[1]
                      + "\"}"));
      case "result" -> storeResult("Benign", "scanned");
      case "malicious" -> storeResult("Malicious", "action attempted, but failed");
      case "dead" ->
          api.redis.call(
              c -> c.xadd(api.redis.keys().of(Key.DEAD, "scan_request"), Map.of("item", "junk")));
      default -> succeeds(words[0], placed(words[1]), words.length > 2 ? words[2] : null);
    }
  }

  void storeResult(String verdict, String status) {
    String json =
        placed(
            "{\"id\":1,\"scan_request_task_id\":\"T1\",\"scan_job_id\":\"J\",\"scan_request\":"
                + "{\"location\":\"/a\",\"metainfo\":\"a\",\"connector_url\":\"{C}\",\"scan_job_id\":\"J\"},"
                + "\"verdict\":{\"scan_guid\":\"g\",\"verdict\":\""
                + verdict
                + "\",\"file_info\":{\"file_type\":\"PE\","
                + "\"file_size_in_bytes\":10,\"file_hash\":\"h\"},\"scan_duration_in_microseconds\":5,"
                + "\"x_custom_metadata\":\"m\"},\"status\":\""
                + status
                + "\"}");
    api.redis.call(c -> c.set(api.redis.keys().of(Key.SEQ), "1"));
    api.redis.call(c -> c.set(api.redis.keys().of(Key.RESULT, "1"), json));
    api.redis.call(c -> c.set(api.redis.keys().of(Key.RESULT_OF, "T1"), "1"));
    api.redis.call(c -> c.rpush(api.redis.keys().of(Key.JOB_RESULTS, "J"), "1"));
  }

  void succeeds(String method, String path, @Nullable String body) throws Exception {
    assertThat(send(method, path, body, Map.of()).statusCode() / 100).isEqualTo(2);
  }

  String placed(String text) {
    return text.replace("{C}", connectorUrl)
        .replace("{U}", ApiFixture.UUID_1)
        .replace("{V}", Versions.PRODUCT);
  }

  static HttpResponse<InputStream> send(
      String method, String path, @Nullable String body, Map<String, String> headers)
      throws Exception {
    String content = body != null && body.equals("(65537 bytes)") ? "a".repeat(65_537) : body;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(api.url() + Routes.API + path))
            .timeout(Duration.ofSeconds(20))
            .method(
                method,
                content == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(content));
    headers.forEach(request::header);
    return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  static String text(HttpResponse<InputStream> answer) throws Exception {
    return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** The body; of an endless stream, as much of it as is expected. */
  static String text(HttpResponse<InputStream> answer, String expected) throws Exception {
    boolean endless =
        answer.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
    return endless
        ? new String(
            answer.body().readNBytes(expected.getBytes(StandardCharsets.UTF_8).length),
            StandardCharsets.UTF_8)
        : text(answer);
  }

  @Test
  void the_document_describes_every_route() throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(URI.create(api.url() + "/openapi.json")).build(),
            HttpResponse.BodyHandlers.ofString());
    List<String> documented = new ArrayList<>();
    Json.parse(answer.body().getBytes(StandardCharsets.UTF_8))
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            documented.add(
                                method.toUpperCase(java.util.Locale.ROOT)
                                    + " "
                                    + path.getKey().replaceFirst(Pattern.quote(Routes.API), ""))));
    assertThat(documented)
        .containsExactlyInAnyOrderElementsOf(
            api.table.routes().stream().map(r -> r.method() + " " + r.path()).toList());
  }
}
