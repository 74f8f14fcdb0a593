package io.dsxconnect.core.connector;

import io.dsxconnect.contract.ItemActionStatus;

/** The outcome of {@link ConnectorClient#act}. */
public sealed interface ActionReply {
  /**
   * The connector answered.
   *
   * @param repeated the call was sent twice, because a pooled connection had been closed
   */
  record Answered(ItemActionStatus status, boolean repeated) implements ActionReply {}

  /** The connector is unavailable; the action was not tried. */
  record Down(String reason) implements ActionReply {}

  /**
   * The call failed.
   *
   * @param tag kind of failure, for example {@code connector_server}; selects the retry rule
   */
  record Failed(String tag, String reason) implements ActionReply {}
}
