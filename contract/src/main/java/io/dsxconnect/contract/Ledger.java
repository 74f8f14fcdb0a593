package io.dsxconnect.contract;

import java.util.Arrays;
import java.util.function.ToLongFunction;

/**
 * Files of a job per outcome; immutable. {@code accepted} equals the sum of all outcomes and {@code
 * pending}.
 *
 * @param accepted files accepted, each exactly once
 * @param benign files in which the scanner found no threat
 * @param malicious files in which the scanner found a threat
 * @param unknown files that the scanner could not judge
 * @param unsupported files of a type that the scanner does not support
 * @param notScanned files without a verdict on the whole file
 * @param nonCompliant files that exceed a limit, for example the maximum size
 * @param failed files that the pipeline gave up
 * @param cancelled files that were pending when the job was cancelled
 * @param pending files without an outcome
 * @param balanced false only if the numbers do not add up, which is a defect of this product
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
   * Makes a ledger of numbers that were counted separately, so that {@code balanced} is a finding.
   *
   * @param accepted files accepted
   * @param files files per outcome
   * @param pending files without an outcome
   * @return the ledger
   */
  public static Ledger of(long accepted, ToLongFunction<Outcome> files, long pending) {
    long ended = Arrays.stream(Outcome.values()).mapToLong(files).sum();
    return new Ledger(
        accepted,
        files.applyAsLong(Outcome.BENIGN),
        files.applyAsLong(Outcome.MALICIOUS),
        files.applyAsLong(Outcome.UNKNOWN),
        files.applyAsLong(Outcome.UNSUPPORTED),
        files.applyAsLong(Outcome.NOT_SCANNED),
        files.applyAsLong(Outcome.NON_COMPLIANT),
        files.applyAsLong(Outcome.FAILED),
        files.applyAsLong(Outcome.CANCELLED),
        pending,
        pending >= 0 && accepted == ended + pending);
  }

  /** {@return files that have an outcome} */
  public long ended() {
    return scanned() + notScanned + nonCompliant + failed + cancelled;
  }

  /** {@return files that the scanner judged as a whole} */
  public long scanned() {
    return benign + malicious + unknown + unsupported;
  }
}
