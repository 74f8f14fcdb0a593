package io.dsxconnect.core.scanner;

import io.dsxconnect.contract.ScanResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of a submission. Only {@link Judged} is a verdict. */
public sealed interface ScanOutcome {

  /**
   * The scanner read the whole file and answered.
   *
   * @param engine that answered, by its own word
   */
  record Judged(ScanResponse response, String engine) implements ScanOutcome {}

  /** It said benign without saying how many bytes it saw: nothing shows that it saw them all. */
  record Unproven(String reason) implements ScanOutcome {}

  /** The scanner has no room now (429, 503, initialising); try again, no attempt is used up. */
  record Busy(String reason, @Nullable Duration retryAfter) implements ScanOutcome {}

  /** Nobody answers at the scanner's address; its work waits, no attempt is used up. */
  record Down(String reason) implements ScanOutcome {}

  /**
   * The connection broke before any answer, or what stands in front of the scanner answered for it
   * (502, 504, 404 and the like): either the scanner is away, or it failed on this file. Only a
   * {@link ScannerProbe probe} can tell.
   *
   * @param stale the connection was a pooled one that the peer had closed before
   */
  record Doubtful(String reason, boolean stale) implements ScanOutcome {}

  /** It took longer than the settings allow, or the connection broke half way. */
  record TimedOut(String reason) implements ScanOutcome {}

  /** 401 or 403: the token is wrong. Waits for the operator, no attempt is used up. */
  record Unauthorized(String reason) implements ScanOutcome {}

  /** Another 4xx: it will not take this file, however often asked. */
  record Refused(String reason) implements ScanOutcome {}

  /** 500 and the like, or an answer before the whole file was sent. */
  record Failed(String reason) implements ScanOutcome {}

  /** An answer that cannot be read or does not fit what was sent (length, hash). */
  record Malformed(String reason) implements ScanOutcome {}
}
