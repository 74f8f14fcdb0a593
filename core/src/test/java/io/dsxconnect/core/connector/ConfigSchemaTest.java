package io.dsxconnect.core.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.contract.ConfigField;
import io.dsxconnect.contract.ConfigSchema;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A description of a connector's options that a hostile connector may have written. */
class ConfigSchemaTest {
  private static ConfigSchema read(String fields) throws InvalidInput {
    return ConfigSchema.read(
        Json.parse(("{\"fields\":[" + fields + "]}").getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void a_description_is_the_same_after_it_was_sent() throws Exception {
    ConfigField field =
        ConfigField.builder("item_action", "Item action", ConfigField.Type.CHOICE)
            .help("Action")
            .choices(List.of(new ConfigField.Choice("move", "Move it")))
            .defaultValue("nothing")
            .value("move", ConfigField.Source.SET_HERE)
            .setting("DSXCONNECTOR_ITEM_ACTION")
            .fixed("restart it")
            .build();
    assertThat(read(Json.text(field)).fields()).containsExactly(field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "null",
        "[]",
        "{\"type\":\"text\"}",
        "{\"name\":\" \",\"type\":\"text\"}",
        "{\"name\":\"a\",\"type\":\"program\"}",
        "{\"name\":\"a\"}",
        "{\"name\":\"a\",\"type\":\"text\",\"value\":{}}",
        "{\"name\":\"a\",\"type\":\"text\",\"default\":[1]}"
      })
  void a_field_that_is_not_usable_is_dropped(String field) throws Exception {
    assertThat(read(field + ",{\"name\":\"b\",\"type\":\"text\"}").fields())
        .extracting(ConfigField::name)
        .containsExactly("b");
  }

  @Test
  void the_value_of_a_secret_is_dropped() throws Exception {
    ConfigField field =
        read("{\"name\":\"t\",\"type\":\"secret\",\"value\":\"hunter2\",\"default\":\"x\"}")
            .fields()
            .getFirst();
    assertThat(Json.text(field)).doesNotContain("hunter2").doesNotContain("\"x\"");
  }

  @Test
  void numbers_and_booleans_keep_their_types() throws Exception {
    ConfigSchema schema =
        read(
            "{\"name\":\"n\",\"type\":\"number\",\"value\":2.5,\"unit\":\"MiB\"},"
                + "{\"name\":\"b\",\"type\":\"boolean\",\"value\":true,\"editable\":true}");
    assertThat(schema.fields().get(0).value()).isEqualTo(2.5);
    assertThat(schema.fields().get(1).value()).isEqualTo(true);
    assertThat(schema.fields().get(1).editable()).isTrue();
  }

  @Test
  void a_huge_description_is_bounded() throws Exception {
    StringBuilder fields = new StringBuilder("{\"name\":\"a\",\"type\":\"text\"}");
    for (int i = 0; i < 300; i++) {
      fields.append(",{\"name\":\"f" + i + "\",\"type\":\"choice\",\"help\":\"");
      fields.append("h".repeat(5_000)).append("\",\"choices\":[");
      fields.append("{\"value\":\"v\"},".repeat(200)).append("1]}");
      fields.append(",{\"name\":\"a\",\"type\":\"text\",\"help\":\"again\"}");
    }
    ConfigSchema schema = read(fields.toString());
    assertThat(schema.fields()).hasSize(ConfigSchema.MAX_FIELDS);
    assertThat(schema.fields().getFirst().help()).isEmpty();
    assertThat(schema.fields().getLast().help()).hasSize(2048);
    assertThat(schema.fields().getLast().choices()).hasSize(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "1", "{\"fields\":1}", "{\"fields\":{}}"})
  void an_answer_without_fields_is_refused(String body) {
    assertThatThrownBy(() -> ConfigSchema.read(Json.parse(body.getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(InvalidInput.class);
  }
}
