package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The general answer of core and connectors. Immutable.
 *
 * @param status the result of the request
 * @param message one line for a person
 * @param description details; null for none
 * @param id the id of what the request made, for example of a job; null for none
 * @param preview locations of some files, in the answer to a repository check; null for none
 */
public record StatusResponse(
    Status status,
    String message,
    @Nullable String description,
    @Nullable String id,
    @Nullable List<String> preview) {

  /**
   * {@return an answer with {@link Status#SUCCESS}}
   *
   * @param message one line for a person
   * @param description details; null for none
   */
  public static StatusResponse success(String message, @Nullable String description) {
    return new StatusResponse(Status.SUCCESS, message, description, null, null);
  }

  /**
   * {@return an answer with {@link Status#ERROR}}
   *
   * @param message one line for a person
   * @param description details; null for none
   */
  public static StatusResponse error(String message, @Nullable String description) {
    return new StatusResponse(Status.ERROR, message, description, null, null);
  }

  /**
   * Reads an answer. Texts that are too long are truncated. An absent {@code status} is {@link
   * Status#ERROR}.
   *
   * @param node the body of the answer
   * @return the answer
   * @throws InvalidInput if a field is missing or invalid
   */
  public static StatusResponse read(JsonNode node) throws InvalidInput {
    Fields f = Fields.ofAnswer(node);
    StatusResponse response =
        new StatusResponse(
            f.oneOf("status", Status.class, Status.ERROR),
            f.requiredText("message"),
            f.nullableText("description"),
            f.nullableText("id"),
            texts(node.get("preview")));
    f.check();
    return response;
  }

  private static @Nullable List<String> texts(@Nullable JsonNode array) {
    if (array == null || !array.isArray()) {
      return null;
    }
    List<String> texts = new ArrayList<>(array.size());
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }
}
