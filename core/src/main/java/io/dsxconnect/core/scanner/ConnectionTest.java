package io.dsxconnect.core.scanner;

import io.dsxconnect.contract.StatusResponse;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Asks the scanner to judge a few harmless bytes, and tells in words what came of it. */
public final class ConnectionTest {
  private static final byte[] BYTES = "dsx-connect healthcheck".getBytes(StandardCharsets.US_ASCII);

  private ConnectionTest() {}

  public static StatusResponse of(Scanner scanner) {
    return switch (ask(scanner)) {
      case ScanOutcome.Judged judged -> StatusResponse.success("Connected to DSXA", null);
      case ScanOutcome.Busy busy -> failed(busy.reason());
      case ScanOutcome.Down down -> failed(down.reason());
      case ScanOutcome.TimedOut late -> failed(late.reason());
      case ScanOutcome.Unauthorized refused -> failed(refused.reason());
      case ScanOutcome.Refused refused -> failed(refused.reason());
      case ScanOutcome.Failed broken -> failed(broken.reason());
      case ScanOutcome.Malformed odd -> failed(odd.reason());
    };
  }

  /**
   * Why every file would wait now, and what to do; empty when the scanner takes files. One that is
   * busy, slow or broken takes them: it ends each with a verdict or a failure.
   */
  public static Optional<String> obstacle(Scanner scanner) {
    return switch (ask(scanner)) {
      case ScanOutcome.Down down ->
          Optional.of(down.reason() + "; start it, or correct DSXCONNECT_SCANNER__BASE_URL");
      case ScanOutcome.Unauthorized refused ->
          Optional.of(
              "the scanner refuses our token ("
                  + refused.reason()
                  + "); correct DSXCONNECT_SCANNER__AUTH_TOKEN");
      default -> Optional.empty();
    };
  }

  private static ScanOutcome ask(Scanner scanner) {
    try {
      return scanner.scan(
          new Scanner.Submission(
              new ByteArrayInputStream(BYTES), BYTES.length, "healthcheck", null));
    } catch (Scanner.SourceFailure e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private static StatusResponse failed(String reason) {
    return StatusResponse.error(reason, null);
  }
}
