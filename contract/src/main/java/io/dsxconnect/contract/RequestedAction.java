package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The item action that a caller requests instead of the connector's configured one. Immutable.
 *
 * @param type a wire name of {@link ItemAction}, or {@code move_tag}; null for the configured
 *     action
 * @param destination where to move the file: an object, of which the keys {@code path}, {@code
 *     prefix} and {@code filename} are used; null for the configured place
 * @param tags names and values of the tags to set; null or empty for the connector's own
 * @param details an object that is passed through to the connector; null for none
 */
public record RequestedAction(
    @Nullable String type,
    @Nullable JsonNode destination,
    @Nullable Map<String, String> tags,
    @Nullable JsonNode details) {

  /**
   * Reads the action.
   *
   * @param f the fields of {@code requested_action}; collects the faults
   * @return the action, with null for each invalid part
   */
  public static RequestedAction read(Fields f) {
    return new RequestedAction(
        f.nullableText("type"),
        f.nullableObject("destination"),
        f.nullableTexts("tags"),
        f.nullableObject("details"));
  }
}
