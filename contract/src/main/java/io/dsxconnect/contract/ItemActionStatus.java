package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connector's answer to {@code item_action}; results store it. Immutable.
 *
 * @param status whether the action succeeded; {@link Status#NOTHING} if none was needed or its
 *     outcome is unconfirmed
 * @param message one line for a person
 * @param description details, for example the new place of the file; null for none
 * @param id the connector's, passed through; null for none
 * @param preview passed through; null for none
 * @param itemAction the action that was taken or attempted
 * @param fileChanged an extension of the original contract: true if nothing was done because the
 *     file is no longer the one that was scanned; otherwise null and absent from the JSON
 * @param retryable an extension of the original contract: true if the same action may succeed
 *     later, for example because a file was in use; otherwise null and absent from the JSON
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

  /** No action was needed. */
  public static final ItemActionStatus NONE =
      of(Status.NOTHING, "No action taken", null, ItemAction.NOTHING);

  /**
   * Makes an answer without a statement on a changed file or a retry.
   *
   * @param status whether the action succeeded
   * @param message one line for a person
   * @param description details; null for none
   * @param action the action that was taken or attempted
   * @return the answer
   */
  public static ItemActionStatus of(
      Status status, String message, @Nullable String description, ItemAction action) {
    return new ItemActionStatus(status, message, description, null, null, action, null, null);
  }

  /**
   * Makes an error: nothing was done, because the file is no longer the one that was scanned.
   *
   * @param message one line for a person
   * @param action the action that was not taken
   * @return the answer, after which the core scans the file again, once
   */
  public static ItemActionStatus fileChanged(String message, ItemAction action) {
    return new ItemActionStatus(Status.ERROR, message, null, null, null, action, true, null);
  }

  /**
   * Makes an error: nothing was done, but the same action may succeed later.
   *
   * @param message one line for a person
   * @param description details; null for none
   * @param action the action that was not taken
   * @return the answer, after which the core retries the action
   */
  public static ItemActionStatus mayPass(
      String message, @Nullable String description, ItemAction action) {
    return new ItemActionStatus(Status.ERROR, message, description, null, null, action, null, true);
  }

  /**
   * {@return this status with another description}
   *
   * @param text details for a person
   */
  public ItemActionStatus describedAs(String text) {
    return new ItemActionStatus(
        status, message, text, id, preview, itemAction, fileChanged, retryable);
  }

  /**
   * Reads a connector's answer. Texts that are too long are truncated. An absent {@code
   * item_action} is {@link ItemAction#NOTHING}.
   *
   * @param node the body of the answer
   * @return the answer
   * @throws InvalidInput if a field is missing or invalid
   */
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
