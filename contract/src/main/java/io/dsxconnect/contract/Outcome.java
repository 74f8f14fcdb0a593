package io.dsxconnect.contract;

/** The outcome of a file: a column of its job's {@link Ledger}. */
public enum Outcome {
  BENIGN,
  MALICIOUS,
  UNKNOWN,
  UNSUPPORTED,
  NOT_SCANNED,
  NON_COMPLIANT,
  FAILED,
  CANCELLED;

  /**
   * The outcome of a scanner's verdict text. An unexpected text is {@link #UNKNOWN}: only {@code
   * Benign} counts as clean.
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

  /** The column's name in JSON and in a job's hash. */
  public String column() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
