package io.dsxconnect.core.scanner;

import io.dsxconnect.contract.ScanResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The outcome of a submission. Only {@link Judged} is a verdict. Reasons are for an operator. */
public sealed interface ScanOutcome {

  /**
   * The scanner read the whole file and answered.
   *
   * @param engine name, and version if known, as the scanner reports it
   */
  record Judged(ScanResponse response, String engine) implements ScanOutcome {}

  /**
   * Benign without the number of bytes scanned, so nothing shows that the scanner read them all.
   */
  record Unproven(String reason) implements ScanOutcome {}

  /**
   * The scanner has no capacity now (429, 503, initializing). The file is tried again; no attempt
   * is used up.
   *
   * @param retryAfter the wait that the scanner asks for, at most 60 s; null when it names none
   */
  record Busy(String reason, @Nullable Duration retryAfter) implements ScanOutcome {}

  /** The scanner is unavailable. Its files wait; no attempt is used up. */
  record Down(String reason) implements ScanOutcome {}

  /**
   * The connection broke before any answer, or a proxy answered for the scanner (502, 504, 404 and
   * the like): either the scanner is unavailable, or it failed on this file. Only a {@link
   * ScannerProbe probe} decides which.
   *
   * @param stale the connection was a pooled one that the peer had already closed
   */
  record Doubtful(String reason, boolean stale) implements ScanOutcome {}

  /** The scanner accepted no data, or sent none, within the time limits. */
  record TimedOut(String reason) implements ScanOutcome {}

  /** 401 or 403: the token is wrong. Files wait for the operator; no attempt is used up. */
  record Unauthorized(String reason) implements ScanOutcome {}

  /** Another 4xx: the scanner will never accept this file. */
  record Refused(String reason) implements ScanOutcome {}

  /** Another 5xx, or a 200 before the whole file was sent. */
  record Failed(String reason) implements ScanOutcome {}

  /** An answer that cannot be parsed, or whose file size differs from what was sent. */
  record Malformed(String reason) implements ScanOutcome {}
}
