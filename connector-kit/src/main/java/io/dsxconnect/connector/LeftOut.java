package io.dsxconnect.connector;

/** Why something that a listing met is not offered for scanning. */
public enum LeftOut {
  /** A symbolic link; links are not followed. */
  LINK("links"),
  /** A FIFO, socket or device. */
  SPECIAL("special"),
  /** The filter does not accept the file, or anything in the folder. */
  FILTERED("filtered"),
  /** The product's own file: quarantined by this connector, or written by the scan itself. */
  OWN("own");

  private final String wireName;

  LeftOut(String wireName) {
    this.wireName = wireName;
  }

  /** Its name in the {@code left_out} counts of {@code enqueue_done} and of a job. */
  public String wireName() {
    return wireName;
  }
}
