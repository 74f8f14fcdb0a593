package io.dsxconnect.connector;

/** Why something that a listing met is not offered for scanning. */
public enum LeftOut {
  /** A symbolic link; links are not followed. */
  LINK,
  /** A FIFO, socket or device. */
  SPECIAL,
  /** The filter does not accept the file, or anything in the folder. */
  FILTERED,
  /** The product's own file: quarantined by this connector, or written by the scan itself. */
  OWN
}
