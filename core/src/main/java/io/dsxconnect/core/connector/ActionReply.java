package io.dsxconnect.core.connector;

import io.dsxconnect.contract.ItemActionStatus;

/** What became of asking for an action. */
public sealed interface ActionReply {
  /**
   * @param repeated the call was sent twice, because a pooled connection had been closed
   */
  record Answered(ItemActionStatus status, boolean repeated) implements ActionReply {}

  record Down(String reason) implements ActionReply {}

  record Failed(String tag, String reason) implements ActionReply {}
}
