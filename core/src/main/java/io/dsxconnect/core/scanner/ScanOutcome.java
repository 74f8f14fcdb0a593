package io.dsxconnect.core.scanner;

import io.dsxconnect.contract.ScanResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of a submission. Only {@link Judged} is a verdict. */
public sealed interface ScanOutcome {

  /** The scanner read the whole file and answered. */
  record Judged(ScanResponse response) implements ScanOutcome {}

  /** The scanner has no room now (429, 503, initialising); try again, no attempt is used up. */
  record Busy(String reason, @Nullable Duration retryAfter) implements ScanOutcome {}

  /** Nobody answers at the scanner's address; its work waits, no attempt is used up. */
  record Down(String reason) implements ScanOutcome {}

  /** It took longer than the settings allow, or the connection broke half way. */
  record TimedOut(String reason) implements ScanOutcome {}

  /** 401 or 403: the token is wrong. Waits for the operator, no attempt is used up. */
  record Unauthorized(String reason) implements ScanOutcome {}

  /** Another 4xx: it will not take this file, however often asked. */
  record Refused(String reason) implements ScanOutcome {}

  /** 5xx, or the connection broke. */
  record Failed(String reason) implements ScanOutcome {}

  /** An answer that cannot be read or does not fit what was sent (length, hash). */
  record Malformed(String reason) implements ScanOutcome {}
}
