package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.testing.Http;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The routes that the core calls, field by field. */
class ConnectorTest extends ConnectorFixture {

  static List<String> names(JsonNode object) {
    return object.propertyStream().map(java.util.Map.Entry::getKey).toList();
  }

  @Test
  void healthz_is_ok_while_the_repository_is_down() throws Exception {
    InMemoryRepository repository = new InMemoryRepository();
    repository.reachable = false;
    Http.Reply reply = Http.get(start(repository).url() + "/healthz");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json()).hasToString("{\"ok\":true}");
  }

  @Test
  void version_names_the_connector() throws Exception {
    Connector connector = start(new InMemoryRepository());
    assertThat(Http.get(connector.url() + "/version").json())
        .hasToString(
            "{\"connector_name\":\"memory\",\"connector_id\":\"memory\",\"connector_instance_id\":\"U\",\"version\":\"1.2.3\"}"
                .replace("U", connector.uuid()));
  }

  @Test
  void home_shows_the_state_of_connector_core_and_repository() throws Exception {
    InMemoryRepository repository = new InMemoryRepository();
    Connector connector = start(repository);
    assertThat(Http.get(connector.url() + "/").json())
        .hasToString(
            "{\"connector_status\":\"starting\",\"dsx-connect connectivity\":\"failed\","
                + "\"repo connectivity\":\"success\",\"scan_requests_since_active_count\":0}");
    core.start();
    repository.reachable = false;
    assertThat(Http.get(connector.url() + "/").json())
        .hasToString(
            "{\"connector_status\":\"failed\",\"dsx-connect connectivity\":\"success\","
                + "\"repo connectivity\":\"failed\",\"scan_requests_since_active_count\":0}");
    assertThat(Http.get(connector.url()).status()).isEqualTo(307);
  }

  /** The bug: the count was the number of running scans. */
  @Test
  void scan_requests_since_active_count_counts_what_was_sent_since_the_start() throws Exception {
    core.start();
    Connector connector = start(InMemoryRepository.of(120));
    fullScan(connector, "job_id=A");
    fullScan(connector, "job_id=B&limit=5");
    endOf("A");
    endOf("B");
    assertThat(
            Http.get(connector.url() + "/").json().path("scan_requests_since_active_count").asInt())
        .isEqualTo(125);
  }

  @Test
  void readyz_fails_while_the_repository_cannot_be_reached() throws Exception {
    InMemoryRepository repository = new InMemoryRepository();
    env.put("DSXCONNECTOR_REGISTER_WITH_CORE", "false");
    Connector connector = start(repository);
    Http.Reply ready = Http.get(connector.url() + "/readyz");
    assertThat(ready.status()).isEqualTo(200);
    assertThat(ready.json().path("status").asText()).isEqualTo("ready");
    repository.reachable = false;
    Http.Reply not = Http.get(connector.url() + "/readyz");
    assertThat(not.status()).isEqualTo(503);
    assertThat(not.json().path("status").asText()).isEqualTo("failed");
    assertThat(names(not.json())).isEqualTo(names(ready.json()));
  }

  @Test
  void repo_check_previews_as_many_locations_as_asked_for() throws Exception {
    InMemoryRepository repository = InMemoryRepository.of(5);
    Connector connector = start(repository);
    JsonNode shown = Http.get(connector.url() + "/repo_check?preview=2").json();
    assertThat(shown)
        .hasToString(
            "{\"status\":\"success\",\"message\":\"memory is there\",\"description\":\"preview=2\","
                + "\"id\":null,\"preview\":[\"/f00000\",\"/f00001\"]}");
    for (String none : List.of("", "?preview=0", "?preview=-3", "?preview=abc")) {
      JsonNode plain = Http.get(connector.url() + "/repo_check" + none).json();
      assertThat(plain.path("preview").isNull()).isTrue();
      assertThat(plain.path("description").isNull()).isTrue();
    }
    repository.reachable = false;
    assertThat(Http.get(connector.url() + "/repo_check").json().path("status").asText())
        .isEqualTo("error");
  }

  @Test
  void config_answers_as_the_original_does() throws Exception {
    env.put("DSXCONNECTOR_ITEM_ACTION", "delete");
    env.put("DSXCONNECTOR_FILTER", "*.zip");
    Connector connector = start(InMemoryRepository.of(1));
    JsonNode config = Http.get(connector.url() + "/config").json();
    assertThat(config.path("item_action").asText()).isEqualTo("delete");
    assertThat(config.path("filter").asText()).isEqualTo("*.zip");
    assertThat(config.path("item_action_move_metainfo").asText())
        .isEqualTo("dsxconnect-quarantine");
  }

  @Test
  void preview_and_estimate_follow_the_filter_in_force() throws Exception {
    InMemoryRepository repository = InMemoryRepository.of(5);
    repository.put("/a.zip", "zip");
    env.put("DSXCONNECTOR_FILTER", "*.zip");
    Connector connector = start(repository);
    assertThat(Http.get(connector.url() + "/repo_check?preview=3").json().path("preview"))
        .hasToString("[\"/a.zip\"]");
    assertThat(Http.get(connector.url() + "/estimate").json())
        .hasToString("{\"count\":1,\"confidence\":\"exact\"}");
  }

  @Test
  void full_scan_repeats_its_parameters() throws Exception {
    core.start();
    Connector connector = start(InMemoryRepository.of(1));
    JsonNode reply =
        Http.call(
                "POST", connector.url() + "/full_scan?job_id=J&limit=3&batch=true&batch_size=7", "")
            .json();
    assertThat(reply)
        .hasToString(
            "{\"status\":\"success\",\"message\":\"Full scan initiated\",\"description\":\"The scan"
                + " is running in the background. job_id=J limit=3 batch=True batch_size=7\","
                + "\"id\":null,\"preview\":null}");
    endOf("J");
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, greater_than_equal",
    "limit=-1, greater_than_equal",
    "limit=, int_parsing",
    "limit=many, int_parsing",
    "batch_size=0, greater_than_equal",
    "batch=perhaps, bool_parsing",
  })
  void full_scan_refuses_a_query_that_does_not_fit(String query, String type) throws Exception {
    Connector connector = start(InMemoryRepository.of(1));
    Http.Reply reply = Http.call("POST", connector.url() + "/full_scan?" + query, "");
    assertThat(reply.status()).isEqualTo(422);
    JsonNode fault = reply.json().path("detail").path(0);
    assertThat(fault.path("type").asText()).isEqualTo(type);
    assertThat(fault.path("loc").path(0).asText()).isEqualTo("query");
  }

  @Test
  void a_connector_that_registers_nowhere_starts_no_scan() throws Exception {
    env.put("DSXCONNECTOR_REGISTER_WITH_CORE", "false");
    Connector connector = start(InMemoryRepository.of(1));
    assertThat(Http.call("POST", connector.url() + "/full_scan", "").status()).isEqualTo(503);
  }

  @Test
  void a_body_that_is_no_scan_request_is_refused() throws Exception {
    Connector connector = start(InMemoryRepository.of(1));
    for (String body : List.of("", "[]", "{}", "{\"location\":1,\"metainfo\":\"x\"}")) {
      assertThat(Http.call("POST", connector.url() + "/read_file", body).status()).isEqualTo(422);
      assertThat(Http.call("PUT", connector.url() + "/item_action", body).status()).isEqualTo(422);
    }
  }

  @Test
  void bug_unsupported_routes_did_not_answer_as_the_original_does() throws Exception {
    Connector connector = start(InMemoryRepository.of(0));
    assertThat(Http.get(connector.url() + "/assets?type=bucket").json())
        .hasToString(
            "{\"asset_type\":\"bucket\",\"source\":\"configured_asset\",\"status\":\"unsupported\","
                + "\"assets\":[],\"unsupported\":true,\"message\":\"asset_discovery_not_supported\"}");
    assertThat(Http.get(connector.url() + "/objects").json())
        .hasToString(
            "{\"scope\":\"\",\"status\":\"unsupported\",\"objects\":[],\"unsupported\":true,"
                + "\"message\":\"object_listing_not_supported\"}");
    Http.Reply event = Http.call("POST", connector.url() + "/webhook/event", "{}");
    assertThat(event.status()).isEqualTo(200);
    assertThat(event.json().path("status").asText()).isEqualTo("error");
  }
}
