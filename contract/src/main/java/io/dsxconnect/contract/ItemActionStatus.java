package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a connector answers to {@code item_action}, and what a result keeps of it.
 *
 * @param fileChanged ours: true when nothing was done because the file is no longer the one that
 *     was scanned; left out of the JSON else
 * @param retryable ours: true when the same action may succeed later, for example because a file
 *     was in use; left out of the JSON else
 */
public record ItemActionStatus(
    Status status,
    String message,
    @Nullable String description,
    @Nullable String id,
    @Nullable List<String> preview,
    ItemAction itemAction,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean fileChanged,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean retryable) {

  public static final ItemActionStatus NONE =
      of(Status.NOTHING, "No action taken", null, ItemAction.NOTHING);

  public static ItemActionStatus of(
      Status status, String message, @Nullable String description, ItemAction action) {
    return new ItemActionStatus(status, message, description, null, null, action, null, null);
  }

  /** Nothing was done: the file is no longer the one that was scanned. */
  public static ItemActionStatus fileChanged(String message, ItemAction action) {
    return new ItemActionStatus(Status.ERROR, message, null, null, null, action, true, null);
  }

  /** Nothing was done now; the same action may succeed later. */
  public static ItemActionStatus mayPass(
      String message, @Nullable String description, ItemAction action) {
    return new ItemActionStatus(Status.ERROR, message, description, null, null, action, null, true);
  }

  public ItemActionStatus describedAs(String text) {
    return new ItemActionStatus(
        status, message, text, id, preview, itemAction, fileChanged, retryable);
  }

  public static ItemActionStatus read(JsonNode node) throws InvalidInput {
    StatusResponse base = StatusResponse.read(node);
    Fields f = Fields.ofAnswer(node);
    ItemAction action = f.oneOf("item_action", ItemAction.class, ItemAction.NOTHING);
    boolean changed = node.path("file_changed").booleanValue();
    f.check();
    return new ItemActionStatus(
        base.status(),
        base.message(),
        base.description(),
        base.id(),
        base.preview(),
        action,
        changed ? true : null,
        node.path("retryable").booleanValue() ? true : null);
  }
}
