package io.dsxconnect.core.scanner;

import io.dsxconnect.contract.StatusResponse;
import java.util.Optional;

/** Asks the scanner for a verdict on a few harmless bytes, and puts the outcome into words. */
public final class ScannerProbe {
  private ScannerProbe() {}

  public static StatusResponse of(Scanner scanner) {
    return switch (scanner.probe()) {
      case ScanOutcome.Judged judged -> StatusResponse.success("Connected to DSXA", null);
      case ScanOutcome.Unproven doubt -> failed(doubt.reason());
      case ScanOutcome.Busy busy -> failed(busy.reason());
      case ScanOutcome.Down down -> failed(down.reason());
      case ScanOutcome.Doubtful doubtful -> failed(doubtful.reason());
      case ScanOutcome.TimedOut late -> failed(late.reason());
      case ScanOutcome.Unauthorized refused -> failed(refused.reason());
      case ScanOutcome.Refused refused -> failed(refused.reason());
      case ScanOutcome.Failed broken -> failed(broken.reason());
      case ScanOutcome.Malformed odd -> failed(odd.reason());
    };
  }

  /**
   * Why every file would wait now; empty when the scanner takes files. One that is broken takes
   * them: each ends with a verdict or a failure.
   */
  public static Optional<String> whyFilesWait(Scanner scanner) {
    return whyFilesWait(scanner.probe());
  }

  private static Optional<String> whyFilesWait(ScanOutcome outcome) {
    return switch (outcome) {
      case ScanOutcome.Busy busy -> Optional.of(busy.reason());
      case ScanOutcome.Down down -> Optional.of(down.reason());
      case ScanOutcome.Doubtful doubtful -> Optional.of(doubtful.reason());
      case ScanOutcome.TimedOut late -> Optional.of(late.reason());
      case ScanOutcome.Unauthorized refused -> Optional.of(refused.reason());
      case ScanOutcome.Judged judged -> Optional.empty();
      case ScanOutcome.Unproven doubt -> Optional.empty();
      case ScanOutcome.Refused refused -> Optional.empty();
      case ScanOutcome.Failed broken -> Optional.empty();
      case ScanOutcome.Malformed odd -> Optional.empty();
    };
  }

  /**
   * Why every file would wait now, and what to do about it; empty when the scanner takes files, or
   * will when it is less busy.
   */
  public static Optional<String> obstacle(Scanner scanner) {
    return obstacle(scanner.probe());
  }

  private static Optional<String> obstacle(ScanOutcome outcome) {
    return switch (outcome) {
      case ScanOutcome.Down down -> Optional.of(away(down.reason()));
      case ScanOutcome.Doubtful doubtful -> Optional.of(away(doubtful.reason()));
      case ScanOutcome.Unauthorized refused ->
          Optional.of(
              "the scanner refuses our token ("
                  + refused.reason()
                  + "); correct DSXCONNECT_SCANNER__AUTH_TOKEN");
      default -> Optional.empty();
    };
  }

  /** The same, and a scanner that is only ever busy is an obstacle, too. */
  public static Optional<String> obstacleOfAnyKind(Scanner scanner) {
    ScanOutcome outcome = scanner.probe();
    return obstacle(outcome).or(() -> whyFilesWait(outcome));
  }

  private static String away(String reason) {
    return reason + "; start it, or correct DSXCONNECT_SCANNER__BASE_URL";
  }

  private static StatusResponse failed(String reason) {
    return StatusResponse.error(reason, null);
  }
}
