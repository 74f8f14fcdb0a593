package io.dsxconnect.contract;

/**
 * What became of a job's files: {@code accepted} is always the sum of all outcomes and {@code
 * pending}.
 *
 * @param accepted files taken in, each exactly once
 * @param pending files that have no outcome yet
 * @param balanced false only if the books do not agree, which is a defect of ours
 */
public record Ledger(
    long accepted,
    long benign,
    long malicious,
    long unknown,
    long unsupported,
    long notScanned,
    long nonCompliant,
    long failed,
    long cancelled,
    long pending,
    boolean balanced) {

  /**
   * A ledger whose {@code pending} was counted apart from its outcomes, so that balance is a
   * finding.
   */
  public static Ledger of(
      long accepted,
      long benign,
      long malicious,
      long unknown,
      long unsupported,
      long notScanned,
      long nonCompliant,
      long failed,
      long cancelled,
      long pending) {
    long ended =
        benign + malicious + unknown + unsupported + notScanned + nonCompliant + failed + cancelled;
    return new Ledger(
        accepted,
        benign,
        malicious,
        unknown,
        unsupported,
        notScanned,
        nonCompliant,
        failed,
        cancelled,
        pending,
        pending >= 0 && accepted == ended + pending);
  }

  /** Files that have an outcome. */
  public long ended() {
    return benign
        + malicious
        + unknown
        + unsupported
        + notScanned
        + nonCompliant
        + failed
        + cancelled;
  }

  /** Files that a scanner saw whole. */
  public long scanned() {
    return benign + malicious + unknown + unsupported;
  }
}
