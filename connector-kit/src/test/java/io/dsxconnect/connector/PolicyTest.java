package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.testing.Http;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code PUT config}, over HTTP. */
class PolicyTest extends ConnectorFixture {

  @Test
  void a_change_is_answered_shown_and_used_by_the_next_scan() throws Exception {
    core.start();
    Connector connector = start(InMemoryRepository.of(20));
    Http.Reply reply =
        Http.call(
            "PUT",
            connector.url() + "/config",
            "{\"filter\":\"nothing-is-named-so\",\"item_action\":\"move_tag\",\"colour\":1}");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().path("filter").asText()).isEqualTo("nothing-is-named-so");
    assertThat(reply.json().path("item_action").asText()).isEqualTo("movetag");
    assertThat(reply.json().path("persistence"))
        .hasToString("{\"applied\":false,\"detail\":\"disabled_by_config\"}");
    assertThat(Http.get(connector.url() + "/config").json().path("item_action").asText())
        .isEqualTo("movetag");
    fullScan(connector, "job_id=J");
    assertThat(endOf("J").path("enqueued_total").asInt()).isZero();
  }

  @Test
  void bug_m12_a_filter_that_the_core_refuses_was_taken() throws Exception {
    Connector connector = start(new InMemoryRepository());
    Http.Reply reply =
        Http.call("PUT", connector.url() + "/config", "{\"filter\":\"" + "a".repeat(8193) + "\"}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("detail").asText()).startsWith("filter: too long");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{broken | 400 | invalid_json",
        "[1] | 400 | invalid_payload",
        "{\"filter\":\"'open\"} | 400 | filter: ",
        "{\"item_action\":\"burn\"} | 400 | must be nothing, delete, move, tag or movetag",
        "{\"asset\":\"/etc\"} | 400 | restart the connector with another DSXCONNECTOR_ASSET",
        "{\"colour\":1} | 200 | no_supported_fields"
      })
  void an_invalid_change_is_answered_with_its_reason_and_changes_nothing(
      String body, int status, String expected) throws Exception {
    Connector connector = start(new InMemoryRepository());
    String before = Http.get(connector.url() + "/config").json().toString();
    Http.Reply reply = Http.call("PUT", connector.url() + "/config", body);
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.json().toString()).contains(expected);
    assertThat(Http.get(connector.url() + "/config").json()).hasToString(before);
  }
}
