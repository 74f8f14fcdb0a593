package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Measures JSON without writing it. Thread-safe. */
final class JsonSize {
  /** The longest escape of a character. */
  private static final long MAX_CHAR_BYTES = 6;

  /** Brackets, separators and the longest number. */
  private static final long MAX_OTHER_BYTES = 32;

  private JsonSize() {}

  /** An upper bound of a node's JSON in bytes, which is cheaper than writing it. */
  static long maxBytes(JsonNode node) {
    long bytes = MAX_OTHER_BYTES;
    if (node.isTextual()) {
      return bytes + MAX_CHAR_BYTES * node.textValue().length();
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      bytes += MAX_CHAR_BYTES * field.getKey().length() + maxBytes(field.getValue());
    }
    if (node.isArray()) {
      for (JsonNode item : node) {
        bytes += maxBytes(item);
      }
    }
    return bytes;
  }

  /**
   * Whether a node nests objects and lists deeper than this.
   *
   * @param depth counts the node, if it is an object or a list
   */
  static boolean nestsDeeper(JsonNode node, int depth) {
    if (!node.isContainerNode()) {
      return false;
    }
    if (depth == 0) {
      return true;
    }
    for (JsonNode part : node) {
      if (nestsDeeper(part, depth - 1)) {
        return true;
      }
    }
    return false;
  }
}
