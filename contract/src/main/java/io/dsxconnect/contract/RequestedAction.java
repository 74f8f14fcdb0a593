package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants done with a malicious file instead of what the connector is set to do.
 *
 * @param type a wire name of {@link ItemAction}; {@code move_tag} is understood too
 * @param destination keys used: {@code path}, {@code prefix}, {@code filename}
 */
public record RequestedAction(
    @Nullable String type,
    @Nullable JsonNode destination,
    @Nullable Map<String, String> tags,
    @Nullable JsonNode details) {

  public static RequestedAction read(Fields f) {
    return new RequestedAction(
        f.nullableText("type"),
        f.nullableObject("destination"),
        f.nullableTexts("tags"),
        f.nullableObject("details"));
  }
}
