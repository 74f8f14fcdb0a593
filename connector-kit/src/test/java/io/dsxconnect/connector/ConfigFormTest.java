package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.ConfigSchema;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.Json;
import io.dsxconnect.testing.Http;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code GET config/schema}, over HTTP. */
class ConfigFormTest extends ConnectorFixture {
  private static JsonNode field(Connector connector, String name) throws Exception {
    JsonNode schema = Http.get(connector.url() + "/config/schema").json();
    assertThat(schema.path("origin").asText()).isEqualTo("connector");
    for (JsonNode field : schema.path("fields")) {
      if (field.path("name").asText().equals(name)) {
        return field;
      }
    }
    throw new AssertionError("no field " + name + " in " + schema);
  }

  @Test
  void a_field_has_its_help_default_value_and_source_and_why_it_cannot_be_changed()
      throws Exception {
    env.put("DSXCONNECTOR_DISPLAY_NAME", "Share <1>");
    Connector connector = start(new InMemoryRepository());
    JsonNode name = field(connector, "display_name");
    assertThat(name.path("value").asText()).isEqualTo("Share <1>");
    assertThat(name.path("source").asText()).isEqualTo("environment");
    assertThat(name.path("editable").asBoolean()).isFalse();
    assertThat(name.path("reason").asText()).contains("DSXCONNECTOR_DISPLAY_NAME");
    JsonNode target = field(connector, "item_action_move_metainfo");
    assertThat(target.path("default").asText()).isEqualTo("dsxconnect-quarantine");
    assertThat(target.path("source").asText()).isEqualTo("default");
    assertThat(target.path("help").asText()).isEqualTo("Destination of move and movetag");
    JsonNode batches = field(connector, "full_scan_enqueue_concurrency");
    assertThat(batches.path("type").asText()).isEqualTo("number");
    assertThat(batches.path("value").asInt()).isEqualTo(8);
    assertThat(batches.path("default").asInt()).isEqualTo(8);
  }

  @Test
  void a_change_is_shown_as_set_here_and_a_value_set_back_is_not() throws Exception {
    env.put("DSXCONNECTOR_FILTER", "*.zip");
    Connector connector = start(new InMemoryRepository());
    assertThat(field(connector, "filter").path("source").asText()).isEqualTo("environment");
    Http.call("PUT", connector.url() + "/config", "{\"filter\":\"*.doc\"}");
    assertThat(field(connector, "filter").path("value").asText()).isEqualTo("*.doc");
    assertThat(field(connector, "filter").path("source").asText()).isEqualTo("set_here");
    assertThat(field(connector, "filter").path("setting").asText())
        .isEqualTo("DSXCONNECTOR_FILTER");
    Http.call("PUT", connector.url() + "/config", "{\"filter\":\"*.zip\"}");
    assertThat(field(connector, "filter").path("source").asText()).isEqualTo("environment");
  }

  @Test
  void an_action_that_would_fail_is_no_choice_and_the_help_has_the_reason() throws Exception {
    InMemoryRepository repository = new InMemoryRepository();
    repository.obstacles.put(ItemAction.TAG, "not supported");
    repository.obstacles.put(ItemAction.MOVE, "the quarantine cannot be written");
    Connector connector = start(repository);
    assertThat(choices(connector)).containsExactly("nothing", "delete", "movetag");
    assertThat(field(connector, "item_action").path("help").asText())
        .contains("move: the quarantine cannot be written");
    // The value in force is always a choice, so that a form can show it.
    Http.call("PUT", connector.url() + "/config", "{\"item_action\":\"move\"}");
    assertThat(choices(connector)).containsExactly("nothing", "delete", "move", "movetag");
  }

  private static List<String> choices(Connector connector) throws Exception {
    List<String> values = new ArrayList<>();
    field(connector, "item_action")
        .path("choices")
        .forEach(choice -> values.add(choice.path("value").asText()));
    return values;
  }

  @Test
  void the_core_can_read_it() throws Exception {
    Connector connector = start(new InMemoryRepository());
    JsonNode sent = Http.get(connector.url() + "/config/schema").json();
    assertThat(Json.text(ConfigSchema.read(sent))).isEqualTo(sent.toString());
  }

  @Test
  void a_refused_change_names_each_field() throws Exception {
    Connector connector = start(new InMemoryRepository());
    Http.Reply reply =
        Http.call(
            "PUT",
            connector.url() + "/config",
            "{\"filter\":\"'open\",\"item_action\":\"burn\",\"asset\":\"/etc\"}");
    assertThat(reply.status()).isEqualTo(400);
    JsonNode errors = reply.json().path("errors");
    assertThat(errors).hasSize(3);
    assertThat(errors.get(0).path("field").asText()).isEqualTo("asset");
    assertThat(errors.get(1).path("field").asText()).isEqualTo("filter");
    assertThat(errors.get(2).path("message").asText())
        .isEqualTo("must be nothing, delete, move, tag or movetag");
    assertThat(reply.json().path("detail").asText())
        .startsWith("asset: restart the connector with another DSXCONNECTOR_ASSET; filter: ")
        .endsWith("; item_action: must be nothing, delete, move, tag or movetag");
  }
}
