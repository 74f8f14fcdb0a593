package io.dsxconnect.core.api;

import io.dsxconnect.contract.InvalidInput;

/**
 * An invalid item of a batch.
 *
 * @param index its position in the batch, from 0
 * @param reason one line of at most 300 characters and an ellipsis
 */
record RefusedItem(int index, String reason) {
  private static final int MAX_REASON_CHARS = 300;

  static RefusedItem of(int index, InvalidInput why) {
    return new RefusedItem(index, reason(why));
  }

  /** The faults in one line; an ellipsis replaces what exceeds 300 characters. */
  static String reason(InvalidInput why) {
    String all = String.valueOf(why.getMessage());
    return all.length() <= MAX_REASON_CHARS ? all : all.substring(0, MAX_REASON_CHARS) + "...";
  }
}
