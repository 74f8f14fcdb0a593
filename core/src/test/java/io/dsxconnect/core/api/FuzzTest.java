package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.TestRedis;
import io.dsxconnect.http.server.Limits;
import io.dsxconnect.testing.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Valid and invalid requests generated from the OpenAPI document. {@code -Ddsx.fuzz.seed} repeats a
 * run, {@code -Ddsx.fuzz.cases} sets its length.
 */
class FuzzTest {
  private static final Pattern OURS_ALONE =
      Pattern.compile(
          "\\bjava[.x/]|\\bat"
              + " [a-z]+\\.|io[./](dsxconnect|helidon|lettuce|netty)|fasterxml|Exception|NullPointer|\\bWRONGTYPE|\\bERR"
              + " |user_script");

  static TestRedis server;
  static RunningApi api;
  static ContractConnector connector;
  static JsonNode document;

  @BeforeAll
  static void start() throws Exception {
    server = new TestRedis();
    api =
        new RunningApi(
            server,
            new Limits(Duration.ofSeconds(2), Duration.ofSeconds(1), 1000, 200, 256 << 20),
            new EventStream.Terms(Duration.ofSeconds(1), Duration.ofSeconds(1), 500));
    connector = new ContractConnector();
    document = ask("GET", "/openapi.json", "").json();
    assertThat(
            ask(
                    "POST",
                    Routes.API + "/connectors/register",
                    "{\"uuid\":\""
                        + ApiFixture.UUID_1
                        + "\",\"url\":\""
                        + connector.url("good")
                        + "\"}")
                .status())
        .isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    connector.close();
    api.close();
    server.close();
  }

  static RawHttp.Answer ask(String method, String path, String body) throws IOException {
    return RawHttp.exchange(
        api.port(),
        RawHttp.request(
            method, path, "Connection: close\r\n", body.getBytes(StandardCharsets.UTF_8)),
        Duration.ofSeconds(20));
  }

  @Test
  void every_answer_is_documented_and_the_server_stays_healthy() throws Exception {
    long seed = Long.getLong("dsx.fuzz.seed", System.nanoTime());
    int cases = Integer.getInteger("dsx.fuzz.cases", 3000);
    Queue<String> faults = new ConcurrentLinkedQueue<>();
    Map<Integer, AtomicInteger> statuses = new java.util.concurrent.ConcurrentSkipListMap<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < cases; i++) {
        long own = seed + i;
        clients.execute(
            () -> {
              FuzzCase fuzz = FuzzCase.of(document, own);
              String fault = faultOf(fuzz, statuses);
              if (!fault.isEmpty()) {
                faults.add(
                    "-Ddsx.fuzz.seed=" + own + " -Ddsx.fuzz.cases=1: " + fault + "\n" + fuzz);
              }
            });
      }
    }
    assertThat(faults.stream().limit(5).toList())
        .as("%d faults of %d cases, seed %d, answers %s", faults.size(), cases, seed, statuses)
        .isEmpty();
    // If all were refused at validation, nothing behind it would have been tested.
    if (cases >= 1000) {
      assertThat(statuses).containsKeys(200, 202, 400, 404, 405, 422);
    }
    assertServerIsHealthy();
  }

  /** The fault of the answer; empty when it has none. */
  private static String faultOf(FuzzCase fuzz, Map<Integer, AtomicInteger> statuses) {
    RawHttp.Answer answer;
    long began = System.nanoTime();
    try {
      answer = RawHttp.exchange(api.port(), fuzz.request(), Duration.ofSeconds(15));
    } catch (IOException | RuntimeException e) {
      return "no answer: " + e;
    }
    if (System.nanoTime() - began > Duration.ofSeconds(10).toNanos()) {
      return "an answer after more than 10 s";
    }
    int status = answer.status();
    statuses.computeIfAbsent(status, s -> new AtomicInteger()).incrementAndGet();
    String text = answer.text();
    if (status == 0) {
      return fuzz.proper() ? "closed without an answer" : "";
    }
    if (status >= 500 && !(status == 502 && fuzz.documented().contains(502))) {
      return "HTTP " + status + " " + text;
    }
    if (OURS_ALONE.matcher(text).find()) {
      return "it shows how it is made: " + text;
    }
    if (status >= 400
        && text.isEmpty()
        && new String(fuzz.request(), StandardCharsets.ISO_8859_1).startsWith("HEAD ")) {
      return "";
    }
    return status >= 400 ? faultOfError(answer) : faultOfSuccess(answer);
  }

  private static String faultOfError(RawHttp.Answer answer) {
    JsonNode body;
    try {
      body = Json.parse(answer.body());
    } catch (InvalidInput e) {
      return "HTTP " + answer.status() + " without JSON: " + answer.text();
    }
    boolean documented =
        body.has("detail") || (body.path("status").asText().equals("error") && body.has("message"));
    return documented ? "" : "HTTP " + answer.status() + " without a detail: " + answer.text();
  }

  private static String faultOfSuccess(RawHttp.Answer answer) {
    String type = answer.headers().getOrDefault("content-type", "").toLowerCase(Locale.ROOT);
    if (type.equals("application/json") && answer.body().length > 0) {
      try {
        Json.parse(answer.body());
      } catch (InvalidInput e) {
        return "not JSON: " + answer.text();
      }
    }
    return "";
  }

  private static void assertServerIsHealthy() throws Exception {
    assertThat(ask("GET", Routes.API + "/healthz", "").status()).isEqualTo(200);
    assertThat(ask("GET", Routes.API + "/readyz", "").status()).isEqualTo(200);
    for (JsonNode job : ask("GET", Routes.API + "/scan/jobs?limit=10000", "").json()) {
      assertThat(job.at("/ledger/balanced").asBoolean()).as(job.toString()).isTrue();
    }
    // A stream detects a closed client at its second write; a summary writes every 5 s.
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(api.eventResource.streams()).isZero());
  }

  @Test
  void a_body_that_does_not_come_is_cut_off() throws Exception {
    for (String half :
        List.of("Content-Length: 1000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n10\r\n{")) {
      RawHttp.Answer answer =
          RawHttp.exchange(
              api.port(),
              ("POST " + Routes.API + "/scan/request HTTP/1.1\r\nHost: 127.0.0.1\r\n" + half)
                  .getBytes(StandardCharsets.US_ASCII),
              Duration.ofSeconds(10));
      assertThat(answer.status()).isIn(0, 400);
    }
  }

  @Test
  void a_head_that_does_not_come_is_cut_off() throws Exception {
    RawHttp.Answer answer =
        RawHttp.exchange(
            api.port(),
            "GET / HTTP/1.1\r\nHost: 1".getBytes(StandardCharsets.US_ASCII),
            Duration.ofSeconds(10));
    assertThat(answer.status()).isZero();
  }
}
