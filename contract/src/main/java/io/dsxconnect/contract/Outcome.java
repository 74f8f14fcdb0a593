package io.dsxconnect.contract;

/** The outcome of a file: a column of its job's {@link Ledger}. */
public enum Outcome {
  /** The scanner found no threat in the whole file. */
  BENIGN,

  /** The scanner found a threat. */
  MALICIOUS,

  /** The scanner could not judge the file, or sent a verdict that is not known here. */
  UNKNOWN,

  /** The scanner does not support the type of the file. */
  UNSUPPORTED,

  /** There is no verdict on the whole file; the record has the reason. */
  NOT_SCANNED,

  /** The file exceeds a limit, for example the maximum size. */
  NON_COMPLIANT,

  /** The pipeline gave the file up; it is a dead letter. */
  FAILED,

  /** The job was cancelled while the file was pending. */
  CANCELLED;

  /**
   * Maps a scanner's verdict text. Only {@code Benign} counts as clean.
   *
   * @param verdict the scanner's text, case-sensitive
   * @return the outcome; {@link #UNKNOWN} for an unexpected text
   */
  public static Outcome of(String verdict) {
    return switch (verdict) {
      case ScanResponse.BENIGN -> BENIGN;
      case ScanResponse.MALICIOUS -> MALICIOUS;
      case ScanResponse.UNSUPPORTED -> UNSUPPORTED;
      case ScanResponse.NOT_SCANNED, ScanResponse.SCANNING -> NOT_SCANNED;
      case ScanResponse.NON_COMPLIANT, "Non-Compliant" -> NON_COMPLIANT;
      default -> UNKNOWN;
    };
  }

  /** {@return the column's name in JSON and in a job's hash, in lower case} */
  public String column() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
