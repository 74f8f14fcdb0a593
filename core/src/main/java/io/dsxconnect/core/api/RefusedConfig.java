package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A connector's answer that is an error, as clients get it. Immutable.
 *
 * @param detail the answer as text without {@code errors}, as the original passes it on
 * @param errors the refused fields, for a form; empty for an answer without them
 */
record RefusedConfig(String detail, List<Field> errors) {
  private static final int MAX_FIELDS = 100;

  /**
   * Why the value of one option is refused.
   *
   * @param field the option's key, printable
   * @param message for a person, printable
   */
  record Field(String field, String message) {}

  /**
   * @param body of the connector's answer; need not be JSON
   */
  static RefusedConfig in(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    List<Field> errors = new ArrayList<>();
    try {
      if (Json.parse(body) instanceof ObjectNode object) {
        for (JsonNode error : object.path("errors")) {
          add(errors, error.path("field"), error.path("message"));
        }
        if (!errors.isEmpty()) {
          object.remove("errors");
          text = Json.text(object);
        }
        // As the original's connectors refuse a value of a wrong type.
        for (JsonNode fault : object.path("detail")) {
          JsonNode place = fault.path("loc");
          add(errors, place.path(place.size() - 1), fault.path("msg"));
        }
      }
    } catch (InvalidInput e) {
      // A text, for example an original's; it is passed on as it is.
      return new RefusedConfig(Printable.of(text), List.of());
    }
    return new RefusedConfig(Printable.of(text), errors);
  }

  private static void add(List<Field> errors, JsonNode field, JsonNode message) {
    if (field.isTextual() && message.isTextual() && errors.size() < MAX_FIELDS) {
      errors.add(new Field(Printable.of(field.asText()), Printable.of(message.asText())));
    }
  }
}
