package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of a connector, from which a form is made; immutable.
 *
 * @param origin {@code connector} if the connector describes itself, {@code generic} if not
 * @param fields in the order to show, with distinct names
 */
public record ConfigSchema(String origin, List<ConfigField> fields) {
  /** More fields of a connector are dropped. */
  public static final int MAX_FIELDS = 100;

  /** The origin of a connector's own description. */
  public static final String CONNECTOR = "connector";

  /** The origin of a description that suits every connector. */
  public static final String GENERIC = "generic";

  /**
   * Reads the description that another program sent. Fields that are not usable, of an unknown type
   * or with a name that came before are dropped.
   *
   * @param node the body of the answer
   * @return the description, with the origin {@link #CONNECTOR}
   * @throws InvalidInput if there is no list of fields
   */
  public static ConfigSchema read(JsonNode node) throws InvalidInput {
    JsonNode list = node.path("fields");
    if (!list.isArray()) {
      throw new InvalidInput(
          List.of(
              new Problem(
                  "list_type", List.of("fields"), "Input should be a valid list", list, null)));
    }
    Map<String, ConfigField> fields = new LinkedHashMap<>();
    for (JsonNode field : list) {
      if (fields.size() < MAX_FIELDS) {
        ConfigField.read(field).ifPresent(read -> fields.putIfAbsent(read.name(), read));
      }
    }
    return new ConfigSchema(CONNECTOR, new ArrayList<>(fields.values()));
  }
}
