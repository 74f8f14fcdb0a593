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
 * @param fileGone an extension of the original contract, with an error: true if the connector
 *     looked for the file and it does not exist, false if it was not found missing; null and absent
 *     from the JSON if the connector does not say
 */
public record ItemActionStatus(
    Status status,
    String message,
    @Nullable String description,
    @Nullable String id,
    @Nullable List<String> preview,
    ItemAction itemAction,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean fileChanged,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean retryable,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean fileGone) {

  /** The message of an action of which nobody knows whether it took effect. */
  private static final String UNCONFIRMED = "outcome unconfirmed";

  /** The begin of the message of an action that found the file gone after an earlier success. */
  private static final String ALREADY_ACTED = "already acted on by ";

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
    return new ItemActionStatus(status, message, description, null, null, action, null, null, null);
  }

  /**
   * Makes an error: nothing was done, because the file is no longer the one that was scanned.
   *
   * @param message one line for a person
   * @param action the action that was not taken
   * @return the answer, after which the core scans the file again, once
   */
  public static ItemActionStatus fileChanged(String message, ItemAction action) {
    return new ItemActionStatus(Status.ERROR, message, null, null, null, action, true, null, null);
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
    return new ItemActionStatus(
        Status.ERROR, message, description, null, null, action, null, true, null);
  }

  /**
   * Makes the outcome of an action that may have taken effect or not: the file is gone, and no
   * answer says that the action removed it.
   *
   * @param description details; null for none
   * @param action the action that was attempted
   * @return the answer, with status {@link Status#NOTHING}
   */
  public static ItemActionStatus unconfirmed(@Nullable String description, ItemAction action) {
    return of(Status.NOTHING, UNCONFIRMED, description, action);
  }

  /** {@return whether nobody knows if the action took effect} */
  public boolean hasUnconfirmedOutcome() {
    return status == Status.NOTHING && message.equals(UNCONFIRMED);
  }

  /**
   * Makes the answer to a second action on one file: an earlier action succeeded, and the file is
   * gone.
   *
   * @param earlier id of the action that succeeded
   * @param action the action that was attempted
   * @return the answer, with status {@link Status#NOTHING}
   */
  public static ItemActionStatus alreadyActedOn(String earlier, ItemAction action) {
    return of(Status.NOTHING, ALREADY_ACTED + earlier, null, action);
  }

  /** {@return the id of the earlier action that dealt with the file; null if there was none} */
  public @Nullable String earlierAction() {
    return status == Status.NOTHING && message.startsWith(ALREADY_ACTED)
        ? message.substring(ALREADY_ACTED.length())
        : null;
  }

  /** {@return this status as a success} */
  public ItemActionStatus succeeded() {
    return new ItemActionStatus(
        Status.SUCCESS, message, description, id, preview, itemAction, null, null, null);
  }

  /**
   * {@return this status with a statement on whether the file still exists}
   *
   * @param gone whether the connector found that the file does not exist
   */
  public ItemActionStatus withFileGone(boolean gone) {
    return new ItemActionStatus(
        status, message, description, id, preview, itemAction, fileChanged, retryable, gone);
  }

  /**
   * {@return this status with another description}
   *
   * @param text details for a person
   */
  public ItemActionStatus describedAs(String text) {
    return new ItemActionStatus(
        status, message, text, id, preview, itemAction, fileChanged, retryable, fileGone);
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
    JsonNode gone = node.path("file_gone");
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
        node.path("retryable").booleanValue() ? true : null,
        gone.isBoolean() ? Boolean.valueOf(gone.booleanValue()) : null);
  }
}
