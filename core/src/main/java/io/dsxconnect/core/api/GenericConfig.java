package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.ConfigField;
import io.dsxconnect.contract.ConfigSchema;
import io.dsxconnect.contract.ItemAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Describes the options that every connector of the original has. */
final class GenericConfig {
  private static final int MAX_VALUE_CHARS = 16 * 1024;

  private GenericConfig() {}

  /**
   * @param config the connector's answer to {@code GET config}
   */
  static ConfigSchema of(JsonNode config) {
    List<ConfigField> fields = new ArrayList<>();
    fields.add(text("asset", "Asset", "The part of the repository to scan", config));
    fields.add(text("filter", "Filter", "Files to scan; empty: all", config));
    fields.add(
        ConfigField.builder("item_action", "Item action", ConfigField.Type.CHOICE)
            .help("Action on malicious files; the connector may not support all of them")
            .choices(
                Arrays.stream(ItemAction.values())
                    .filter(action -> action != ItemAction.NOT_IMPLEMENTED)
                    .map(action -> new ConfigField.Choice(action.wire(), action.wire()))
                    .toList())
            .value(value(config, "item_action"), null)
            .editable()
            .build());
    fields.add(
        text(
            "item_action_move_metainfo",
            "Quarantine",
            "Destination of move and movetag, in the connector's own terms",
            config));
    return new ConfigSchema(ConfigSchema.GENERIC, fields);
  }

  private static ConfigField text(String name, String label, String help, JsonNode config) {
    return ConfigField.builder(name, label, ConfigField.Type.TEXT)
        .help(help)
        .value(value(config, name), null)
        .editable()
        .build();
  }

  private static @Nullable String value(JsonNode config, String name) {
    JsonNode value = config.path(name);
    return value.isTextual() && value.asText().length() <= MAX_VALUE_CHARS ? value.asText() : null;
  }
}
