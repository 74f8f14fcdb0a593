package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.TestRedis;
import io.dsxconnect.http.server.Limits;
import io.dsxconnect.testing.RawHttp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests that the API refuses for their size or number. */
class LimitsTest {
  private static final EventStream.Terms TERMS =
      new EventStream.Terms(Duration.ofSeconds(1), Duration.ofSeconds(1), 10);

  static TestRedis server;
  static RunningApi api;

  @BeforeAll
  static void start() {
    server = new TestRedis();
    api =
        new RunningApi(
            server,
            new Limits(Duration.ofMinutes(1), Duration.ofSeconds(10), 100, 8, 64 << 20),
            TERMS);
  }

  @AfterAll
  static void stop() {
    api.close();
    server.close();
  }

  static RawHttp.Answer send(String method, String path, String headers, String body)
      throws Exception {
    return send(api, method, path, headers, body);
  }

  static RawHttp.Answer send(
      RunningApi api, String method, String path, String headers, String body) throws Exception {
    return RawHttp.exchange(
        api.port(),
        RawHttp.request(method, Routes.API + path, headers, body.getBytes(StandardCharsets.UTF_8)),
        Duration.ofSeconds(10));
  }

  @Test
  void requests_beyond_the_limit_are_refused_with_retry_after() throws Exception {
    Limits one = new Limits(Duration.ofMinutes(1), Duration.ofSeconds(10), 100, 1, 64 << 20);
    try (RunningApi narrow = new RunningApi(server, one, TERMS)) {
      try (Listener listener = new Listener(narrow, Routes.SUBSCRIBE_SCAN_RESULT, null)) {
        RawHttp.Answer answer = send(narrow, "GET", "/version", "", "");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsEntry("retry-after", "1");
        assertThat(answer.text()).isEqualTo("{\"detail\":\"too many requests at once\"}");
        assertThat(listener.data()).hasSize(1);
        assertThat(send(narrow, "GET", "/healthz", "", "").status()).isEqualTo(200);
      }
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> assertThat(send(narrow, "GET", "/version", "", "").status()).isEqualTo(200));
    }
  }

  @Test
  void a_body_that_is_too_large_is_413() throws Exception {
    String large = "{\"location\":\"" + "x".repeat(1 << 20) + "\"}";
    RawHttp.Answer answer = send("POST", "/scan/request", "", large);
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.text()).isEqualTo("{\"detail\":\"the body is larger than 1048576 bytes\"}");
  }

  @Test
  void bug_an_answer_to_many_faults_was_many_times_as_large_as_what_it_answered() throws Exception {
    String faults =
        "{\"requests\":[" + ("{\"junk\":\"" + "x".repeat(5000) + "\"},").repeat(500) + "1]}";
    RawHttp.Answer answer = send("POST", "/scan/request_batch", "", faults);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().path("detail")).hasSize(100);
    assertThat(answer.body().length).isLessThan(faults.length() / 2);
  }

  @Test
  void bug_a_batch_without_bound_kept_redis_from_everything_else() throws Exception {
    String file =
        "{\"connector_url\":\"http://127.0.0.1:1/fs\",\"location\":\"/a\",\"metainfo\":\"a\"}";
    String many = "{\"requests\":[" + (file + ",").repeat(10_000) + file + "]}";
    RawHttp.Answer answer = send("POST", "/scan/request_batch", "", many);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().at("/detail/0/loc/1").asText()).isEqualTo("requests");
    assertThat(answer.json().at("/detail/0/msg").asText()).contains("at most 10000 items");
  }

  @Test
  void bug_a_request_that_nests_too_deep_to_be_stored_is_refused_at_the_door() throws Exception {
    String deep =
        "{\"connector_url\":\"http://127.0.0.1:1/fs\",\"location\":\"/a\",\"metainfo\":\"a\","
            + "\"requested_action\":{\"details\":"
            + "{\"d\":".repeat(61)
            + "1"
            + "}".repeat(63);
    RawHttp.Answer answer = send("POST", "/scan/request", "", deep);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().at("/detail/0/ctx/error").asText())
        .contains("nested deeper than 40 levels");
  }

  @Test
  void bug_a_long_idempotency_key_was_silently_none() throws Exception {
    RawHttp.Answer answer =
        send(
            "POST",
            "/scan/request",
            "Idempotency-Key: " + "k".repeat(201) + "\r\n",
            "{\"connector_url\":\"http://127.0.0.1:1/fs\",\"location\":\"/a\",\"metainfo\":\"a\"}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().at("/detail/0/loc/1").asText()).isEqualTo("Idempotency-Key");
  }

  @Test
  void bug_a_query_parameter_without_a_value_was_an_error_of_the_server() throws Exception {
    RawHttp.Answer answer = send("GET", "/scan/jobs?limit", "", "");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().at("/detail/0/type").asText()).isEqualTo("int_parsing");
  }

  @Test
  void bug_a_head_is_answered_without_a_body_that_the_next_answer_would_begin_with()
      throws Exception {
    RawHttp.Answer answer = send("HEAD", "/readyz", "", "");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.headers()).containsEntry("content-length", "0").containsEntry("allow", "GET");
  }
}
