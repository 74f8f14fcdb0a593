package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.live.ResultEvents;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the messages of the live feed contain. */
class LiveResourceTest extends LiveFixture {
  @Test
  void a_client_is_greeted_then_gets_the_state_and_then_pulses() throws Exception {
    try (LiveListener listener = listen(null)) {
      listener.await("status", 1);
      api.events.publish(new ResultEvents(1).file(Outcome.MALICIOUS));
      listener.await("pulse", 1);
      assertThat(listener.of("hello").getFirst().path("version").asText())
          .isEqualTo(Versions.PRODUCT);
      JsonNode status = listener.of("status").getFirst();
      assertThat(status.path("stages")).hasSize(4);
      assertThat(status.path("stages").get(0).path("queue").asText())
          .isEqualTo("scan_request_queue");
      assertThat(status.path("redis").path("up").asBoolean()).isTrue();
      assertThat(status.path("scanner").path("state").asText()).isEqualTo("not_configured");
      JsonNode pulse = listener.of("pulse").getFirst();
      assertThat(pulse.path("events").asInt()).isEqualTo(1);
      assertThat(pulse.path("newest_id").asInt()).isEqualTo(1);
      assertThat(pulse.path("outcomes")).hasToString("{\"malicious\":1}");
      JsonNode found = pulse.path("malicious").get(0);
      assertThat(found.path("location").asText()).isEqualTo("/share/task-0-<b>\u202e\n.exe");
      assertThat(found.path("connector_name").asText()).isEqualTo("fs");
      assertThat(found.path("action_status").asText()).isEqualTo("pending");
      assertThat(found.path("size").asInt()).isEqualTo(7);
      assertThat(pulse.path("jobs")).hasSize(1);
      assertThat(pulse.path("connectors").asBoolean()).isFalse();
    }
  }

  @Test
  void a_large_event_is_no_large_message() throws Exception {
    try (LiveListener listener = listen(null)) {
      String event = new ResultEvents(1).file(Outcome.MALICIOUS);
      for (int i = 0; i < 30; i++) {
        api.events.publish(
            event
                .replace("/share/task-0", "/share/" + "\\ud83d\\ude00".repeat(8_000))
                .replace("\"task-0\"", "\"task-" + i + "\"")
                .replace("\"J", "\"J" + "j".repeat(100) + i));
      }
      listener.awaitEvents(30);
      assertThat(listener.outcomes()).containsExactly(Map.entry("malicious", 30L));
      for (JsonNode pulse : listener.of("pulse")) {
        assertThat(pulse.path("malicious").size()).isLessThanOrEqualTo(10);
        assertThat(pulse.path("malicious").get(0).path("location").asText())
            .hasSizeLessThanOrEqualTo(1024)
            .endsWith("😀…");
        assertThat(pulse.toString().length()).isLessThan(30_000);
      }
    }
  }

  @Test
  void many_jobs_in_one_pulse_are_bounded_and_announced() throws Exception {
    try (LiveListener listener = listen(null)) {
      for (int i = 0; i < 1_000; i++) {
        api.events.publish("{\"job\":{\"job_id\":\"J" + i + "\"}}");
      }
      listener.awaitEvents(1_000);
      assertThat(listener.of("pulse"))
          .allSatisfy(pulse -> assertThat(pulse.path("jobs").size()).isLessThanOrEqualTo(100))
          .anySatisfy(pulse -> assertThat(pulse.path("more_jobs").asBoolean()).isTrue());
    }
  }

  @Test
  void connectors_that_come_and_go_are_announced_but_not_their_heartbeats() throws Exception {
    Registry registry = new Registry(redis, InstantSource.system(), "dev", url -> false);
    ConnectorInstance fs =
        ConnectorInstance.builder("fs", "http://127.0.0.1:1/fs")
            .uuid("2c81d259-0000-4000-8000-000000000001")
            .build();
    try (LiveListener listener = listen(null)) {
      registry.register(fs);
      listener.await("pulse", 1);
      assertThat(listener.of("pulse").getFirst().path("connectors").asBoolean()).isTrue();
      registry.register(fs);
      api.events.publish("{}");
      listener.await("pulse", 2);
      assertThat(listener.of("pulse").get(1).path("connectors").asBoolean()).isFalse();
      registry.unregister("2c81d259-0000-4000-8000-000000000001");
      listener.await("pulse", 3);
      assertThat(listener.of("pulse").get(2).path("connectors").asBoolean()).isTrue();
      assertThat(listener.of("pulse").get(2).path("events").asInt()).isZero();
    }
  }
}
