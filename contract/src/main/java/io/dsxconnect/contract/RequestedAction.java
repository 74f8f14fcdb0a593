package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The item action that a caller requests instead of the connector's configured one. Immutable.
 *
 * @param type a wire name of {@link ItemAction}, or {@code move_tag}; null for the configured
 *     action
 * @param destination an object; the keys {@code path}, {@code prefix} and {@code filename} are used
 */
public record RequestedAction(
    @Nullable String type,
    @Nullable JsonNode destination,
    @Nullable Map<String, String> tags,
    @Nullable JsonNode details) {

  /** Reads the action; {@code f} collects the faults. */
  public static RequestedAction read(Fields f) {
    return new RequestedAction(
        f.nullableText("type"),
        f.nullableObject("destination"),
        f.nullableTexts("tags"),
        f.nullableObject("details"));
  }
}
