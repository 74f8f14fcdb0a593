package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dsxconnect.settings.Secret;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Masks the secrets in a connector's configuration. Our connectors answer none; those of others
 * may.
 */
final class MaskedConfig {
  /** Rather one value too many than a secret: a name that contains one of these is masked. */
  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i)passw|passphrase|secret|token|key|credential|connection_?string");

  private MaskedConfig() {}

  /**
   * Returns a copy in which texts and numbers below a name of a secret, and user and password in
   * every URL, are masked. An empty text, a boolean and null stay, because they say that a secret
   * is not set.
   *
   * @param answer of a connector
   */
  static ObjectNode of(ObjectNode answer) {
    ObjectNode copy = answer.deepCopy();
    maskFields(copy, false);
    return copy;
  }

  private static void maskFields(ObjectNode object, boolean isSecret) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      boolean secret = isSecret || SECRET_NAME.matcher(field.getKey()).find();
      field.setValue(masked(field.getValue(), secret));
    }
  }

  private static JsonNode masked(JsonNode value, boolean secret) {
    if (value instanceof ObjectNode object) {
      maskFields(object, secret);
      return object;
    }
    if (value instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, masked(array.get(i), secret));
      }
      return array;
    }
    if (secret && (value.isNumber() || (value.isTextual() && !value.asText().isEmpty()))) {
      return TextNode.valueOf(Secret.MASK);
    }
    return value.isTextual() ? TextNode.valueOf(Secret.maskedCredentials(value.asText())) : value;
  }
}
