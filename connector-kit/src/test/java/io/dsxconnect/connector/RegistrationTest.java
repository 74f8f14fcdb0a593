package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.testing.Http;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegistrationTest extends ConnectorFixture {

  @Test
  void a_connector_registers_as_what_it_is_with_its_enrollment_token() {
    core.start();
    Connector connector = start(InMemoryRepository.of(1));
    await().until(() -> !core.registrations.isEmpty());
    JsonNode registered = core.registrations.getFirst();
    assertThat(registered.path("uuid").asText()).isEqualTo(connector.uuid());
    assertThat(registered.path("url").asText()).isEqualTo(connector.url());
    assertThat(registered.path("meta_info").asText()).isEqualTo("Asset: memory");
    assertThat(registered.path("status").asText()).isEqualTo("ready");
    assertThat(registered.path("asset").asText()).isEqualTo("memory");
    assertThat(registered.fieldNames())
        .toIterable()
        .containsExactly(
            "name",
            "display_name",
            "display_icon",
            "uuid",
            "meta_info",
            "url",
            "status",
            "item_action",
            "item_action_move_metainfo",
            "asset",
            "asset_display_name",
            "filter",
            "last_repo_check_ts",
            "last_repo_check_reason",
            "last_repo_check_message");
    assertThat(core.enrollments).contains("token");
  }

  @Test
  void bug_an_enrolment_token_went_over_the_network_in_the_clear() {
    for (String safe : List.of("https://core:8586", "http://127.0.0.1:1", "http://[::1]:8586")) {
      assertThat(CoreClient.mayCarrySecrets(Target.parse(safe).orElseThrow())).as(safe).isTrue();
    }
    for (String open : List.of("http://core:8586", "http://10.0.0.1", "http://127.0.0.1.evil")) {
      assertThat(CoreClient.mayCarrySecrets(Target.parse(open).orElseThrow())).as(open).isFalse();
    }
  }

  @Test
  void a_connector_registers_when_the_core_starts_later() throws Exception {
    Connector connector = start(InMemoryRepository.of(1));
    assertThat(Http.get(connector.url() + "/readyz").status()).isEqualTo(503);
    assertThat(Http.get(connector.url() + "/readyz").json().path("status").asText())
        .isEqualTo("starting");
    core.start();
    await().until(() -> !core.registrations.isEmpty());
    await().until(() -> Http.get(connector.url() + "/readyz").status() == 200);
  }

  @Test
  void a_heartbeat_registers_again_also_with_a_core_that_forgot() {
    core.start();
    start(InMemoryRepository.of(1));
    await().until(() -> core.registrations.size() >= 2);
    core.stop();
    core.registrations.clear();
    core.start();
    await().until(() -> core.registrations.size() >= 2);
  }

  @Test
  void closing_unregisters() {
    core.start();
    Connector connector = start(InMemoryRepository.of(1));
    await().until(() -> !core.registrations.isEmpty());
    connector.close();
    assertThat(core.unregistered).containsExactly(connector.uuid());
    int before = core.registrations.size();
    await()
        .during(Duration.ofMillis(200))
        .atMost(Duration.ofSeconds(1))
        .until(() -> core.registrations.size() == before);
  }

  /** It accepts connections and never responds: each call would block for 20 s. */
  @Test
  void a_core_that_hangs_does_not_hold_up_a_stop() throws Exception {
    core.start();
    Connector connector = start(InMemoryRepository.of(10));
    await().until(() -> !core.registrations.isEmpty());
    core.stop();
    try (ServerSocket silent = new ServerSocket(core.port, 50, InetAddress.getLoopbackAddress())) {
      assertThat(silent.isBound()).isTrue();
      fullScan(connector, "job_id=J");
      long start = System.nanoTime();
      connector.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }
  }
}
