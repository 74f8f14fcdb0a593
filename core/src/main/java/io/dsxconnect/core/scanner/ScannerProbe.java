package io.dsxconnect.core.scanner;

import io.dsxconnect.contract.StatusResponse;
import java.util.Optional;

/**
 * Scans a few harmless bytes and words the outcome. Every method blocks as {@link Scanner#probe}
 * does. Thread-safe.
 */
public final class ScannerProbe {
  private ScannerProbe() {}

  /** Success when the scanner gives a verdict, else an error with the reason. */
  public static StatusResponse of(Scanner scanner) {
    return switch (scanner.probe()) {
      case ScanOutcome.Judged judged -> StatusResponse.success("Connected to DSXA", null);
      case ScanOutcome.Unproven unproven -> failed(unproven.reason());
      case ScanOutcome.Busy busy -> failed(busy.reason());
      case ScanOutcome.Down down -> failed(down.reason());
      case ScanOutcome.Doubtful doubtful -> failed(doubtful.reason());
      case ScanOutcome.TimedOut timedOut -> failed(timedOut.reason());
      case ScanOutcome.Unauthorized unauthorized -> failed(unauthorized.reason());
      case ScanOutcome.Refused refused -> failed(refused.reason());
      case ScanOutcome.Failed failed -> failed(failed.reason());
      case ScanOutcome.Malformed malformed -> failed(malformed.reason());
    };
  }

  /**
   * Why every file would wait now; empty when the scanner accepts files. A scanner that answers
   * with errors accepts them: each file ends with a verdict or a failure.
   */
  public static Optional<String> whyFilesWait(Scanner scanner) {
    return whyFilesWait(scanner.probe());
  }

  private static Optional<String> whyFilesWait(ScanOutcome outcome) {
    return switch (outcome) {
      case ScanOutcome.Busy busy -> Optional.of(busy.reason());
      case ScanOutcome.Down down -> Optional.of(down.reason());
      case ScanOutcome.Doubtful doubtful -> Optional.of(doubtful.reason());
      case ScanOutcome.TimedOut timedOut -> Optional.of(timedOut.reason());
      case ScanOutcome.Unauthorized unauthorized -> Optional.of(unauthorized.reason());
      case ScanOutcome.Judged judged -> Optional.empty();
      case ScanOutcome.Unproven unproven -> Optional.empty();
      case ScanOutcome.Refused refused -> Optional.empty();
      case ScanOutcome.Failed failed -> Optional.empty();
      case ScanOutcome.Malformed malformed -> Optional.empty();
    };
  }

  /**
   * Why every file would wait now, and what to do about it; empty when the scanner accepts files,
   * or is only busy.
   */
  public static Optional<String> obstacle(Scanner scanner) {
    return obstacle(scanner.probe());
  }

  private static Optional<String> obstacle(ScanOutcome outcome) {
    return switch (outcome) {
      case ScanOutcome.Down down -> Optional.of(unavailable(down.reason()));
      case ScanOutcome.Doubtful doubtful -> Optional.of(unavailable(doubtful.reason()));
      case ScanOutcome.Unauthorized unauthorized ->
          Optional.of(
              "the scanner refuses our token ("
                  + unauthorized.reason()
                  + "); correct DSXCONNECT_SCANNER__AUTH_TOKEN");
      default -> Optional.empty();
    };
  }

  /** As {@link #obstacle}, but a busy scanner is an obstacle too. */
  public static Optional<String> obstacleOfAnyKind(Scanner scanner) {
    ScanOutcome outcome = scanner.probe();
    return obstacle(outcome).or(() -> whyFilesWait(outcome));
  }

  private static String unavailable(String reason) {
    return reason + "; start it, or correct DSXCONNECT_SCANNER__BASE_URL";
  }

  private static StatusResponse failed(String reason) {
    return StatusResponse.error(reason, null);
  }
}
