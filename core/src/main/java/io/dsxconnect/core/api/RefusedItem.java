package io.dsxconnect.core.api;

import io.dsxconnect.contract.InvalidInput;

/**
 * An item of a batch that could not be taken.
 *
 * @param index its place in the batch, from 0
 * @param reason one line for a person
 */
record RefusedItem(int index, String reason) {
  private static final int LONGEST = 300;

  static RefusedItem of(int index, InvalidInput why) {
    return new RefusedItem(index, reason(why));
  }

  /** The faults in one line of at most 300 characters. */
  static String reason(InvalidInput why) {
    String all = String.valueOf(why.getMessage());
    return all.length() <= LONGEST ? all : all.substring(0, LONGEST) + "...";
  }
}
