package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.job.Announced;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.testing.RawHttp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two instances of the API on one Redis behave as one. */
class TwoReplicasTest extends RedisFixture {
  static RunningApi one;
  static RunningApi other;

  @BeforeAll
  static void start() {
    one = new RunningApi(server);
    other = new RunningApi(server);
  }

  @AfterAll
  static void stop() {
    one.close();
    other.close();
  }

  static RawHttp.Answer send(
      RunningApi api, String method, String path, String headers, String body) throws Exception {
    return RawHttp.exchange(
        api.port(),
        RawHttp.request(
            method,
            Routes.API + path,
            "Connection: close\r\n" + headers,
            body.getBytes(StandardCharsets.UTF_8)),
        Duration.ofSeconds(20));
  }

  static JsonNode get(RunningApi api, String path) throws Exception {
    return send(api, "GET", path, "", "").json();
  }

  static RawHttp.Answer register(RunningApi api) throws Exception {
    return send(
        api,
        "POST",
        "/connectors/register",
        "",
        "{\"name\":\"fs\",\"uuid\":\""
            + ApiFixture.UUID_1
            + "\",\"url\":\"http://127.0.0.1:1/fs\"}");
  }

  static String file(String job) {
    return "{\"connector_url\":\"http://127.0.0.1:1/fs\",\"location\":\"/a\",\"metainfo\":\"a\","
        + "\"scan_job_id\":\""
        + job
        + "\"}";
  }

  @Test
  void a_connector_registered_at_one_is_listed_refreshed_and_unregistered_at_the_other()
      throws Exception {
    assertThat(register(one).status()).isEqualTo(201);
    assertThat(get(other, "/connectors/list")).hasSize(1);
    assertThat(register(other).status()).isEqualTo(200);
    assertThat(
            send(other, "DELETE", "/connectors/unregister/" + ApiFixture.UUID_1, "", "").status())
        .isEqualTo(204);
    assertThat(get(one, "/connectors/list")).isEmpty();
  }

  @Test
  void a_connector_that_falls_silent_is_one_event_on_both() throws Exception {
    await().until(() -> one.redis.call(c -> c.pubsubNumpat()) >= 1);
    try (Listener here = new Listener(one, "/subscribe/connector-registered", null);
        Listener there = new Listener(other, "/subscribe/connector-registered", null)) {
      register(one);
      String presence = one.redis.keys().of(Key.CONNECTOR, ApiFixture.UUID_1);
      one.redis.call(c -> c.pexpire(presence, 1));
      here.await(2);
      there.await(2);
      // Any event of the second replica about it is before this one.
      register(other);
      here.await(3);
      there.await(3);
      for (Listener listener : List.of(here, there)) {
        assertThat(listener.received())
            .extracting(message -> message.replaceFirst(".*\"type\":\"([a-z]+)\".*", "$1"))
            .containsExactly("registered", "unregistered", "registered");
      }
    }
  }

  @Test
  void a_job_controlled_at_one_obeys_at_the_other() throws Exception {
    assertThat(send(one, "POST", "/scan/request", "", file("J")).status()).isEqualTo(202);
    assertThat(send(other, "POST", "/scan/jobs/J/pause", "", "").status()).isEqualTo(200);
    assertThat(send(one, "POST", "/scan/request", "", file("J")).status()).isEqualTo(409);
    assertThat(get(one, "/scan/jobs/J/raw").at("/data/paused").asText()).isEqualTo("1");
    assertThat(send(one, "POST", "/scan/jobs/J/resume", "", "").status()).isEqualTo(200);
    assertThat(send(other, "POST", "/scan/request", "", file("J")).status()).isEqualTo(202);
    assertThat(send(other, "POST", "/scan/jobs/J/cancel", "", "").status()).isEqualTo(200);
    for (RunningApi api : List.of(one, other)) {
      JsonNode job = get(api, "/scan/jobs/J");
      assertThat(job.path("status").asText()).isEqualTo("cancelled");
      assertThat(job.at("/ledger/cancelled").asInt()).isEqualTo(2);
      assertThat(job.at("/ledger/balanced").asBoolean()).isTrue();
    }
  }

  @Test
  void the_same_request_at_both_at_once_is_accepted_once() throws Exception {
    List<Future<String>> answers = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        RunningApi api = i % 2 == 0 ? one : other;
        answers.add(
            clients.submit(
                () ->
                    send(api, "POST", "/scan/request", "Idempotency-Key: k\r\n", file("J"))
                        .text()));
      }
    }
    String first = answers.getFirst().get();
    assertThat(first).contains("Scan task ID: ");
    for (Future<String> answer : answers) {
      assertThat(answer.get()).isEqualTo(first);
    }
    assertThat(get(other, "/scan/jobs/J").at("/ledger/accepted").asInt()).isEqualTo(1);
  }

  @Test
  void an_active_scan_of_one_is_joined_at_the_other() {
    String scope = ApiFixture.UUID_1 + "|";
    assertThat(one.jobs.announce("J1", ApiFixture.UUID_1, scope, false))
        .isEqualTo(new Announced.New());
    assertThat(other.jobs.announce("J2", ApiFixture.UUID_1, scope, false))
        .isEqualTo(new Announced.Active("J1"));
  }

  @Test
  void listeners_at_both_hear_each_event_once_in_the_same_order() throws Exception {
    try (Listener here = new Listener(one, Routes.SUBSCRIBE_SCAN_RESULT, null);
        Listener there = new Listener(other, Routes.SUBSCRIBE_SCAN_RESULT, null)) {
      IntStream.range(0, 300)
          .parallel()
          .forEach(n -> (n % 2 == 0 ? one : other).events.publish("{\"n\":" + n + "}"));
      here.await(300);
      there.await(300);
      assertThat(here.events()).hasSize(300).doesNotHaveDuplicates().isEqualTo(there.events());
      // An id of one replica is valid at the other.
      try (Listener moved =
          new Listener(other, Routes.SUBSCRIBE_SCAN_RESULT, here.events().get(99).id())) {
        moved.await(200);
        assertThat(moved.events()).isEqualTo(there.events().subList(100, 300));
      }
    }
  }
}
