package io.dsxconnect.contract;

/** How a file ended: the columns of a job's {@link Ledger}. */
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
   * The column of a verdict text. A text that we do not know is {@link #UNKNOWN}: only {@code
   * Benign} is clean.
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

  /** The name of this column in JSON and in a job's hash. */
  public String column() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
