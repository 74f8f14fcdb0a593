package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a connector answers to {@code item_action}, and what a result keeps of it. */
public record ItemActionStatus(
    Status status,
    String message,
    @Nullable String description,
    @Nullable String id,
    @Nullable List<String> preview,
    ItemAction itemAction) {

  public static final ItemActionStatus NONE =
      new ItemActionStatus(Status.NOTHING, "No action taken", null, null, null, ItemAction.NOTHING);

  public static ItemActionStatus of(
      Status status, String message, @Nullable String description, ItemAction action) {
    return new ItemActionStatus(status, message, description, null, null, action);
  }

  public static ItemActionStatus read(JsonNode node) throws InvalidInput {
    StatusResponse base = StatusResponse.read(node);
    Fields f = Fields.ofBody(node);
    ItemAction action = f.oneOf("item_action", ItemAction.class, ItemAction.NOTHING);
    f.check();
    return new ItemActionStatus(
        base.status(), base.message(), base.description(), base.id(), base.preview(), action);
  }
}
