package io.dsxconnect.connector;

/** The reasons for which a listed entry is not sent to the core for scanning. */
public enum LeftOut {
  /** A symbolic link; links are not followed. */
  LINK("links"),
  /** A FIFO, socket or device. */
  SPECIAL("special"),
  /** A file that the filter excludes, or a folder in which it excludes everything. */
  FILTERED("filtered"),
  /** A file of the product itself: quarantined by this connector, or written by the scan. */
  OWN("own");

  private final String wireName;

  LeftOut(String wireName) {
    this.wireName = wireName;
  }

  /**
   * Returns the key in the {@code left_out} counts of {@code enqueue_done} and of a job.
   *
   * @return the key, in lower case
   */
  public String wireName() {
    return wireName;
  }
}
