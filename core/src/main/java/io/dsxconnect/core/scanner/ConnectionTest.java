package io.dsxconnect.core.scanner;

import io.dsxconnect.contract.StatusResponse;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

/** Asks the scanner to judge a few harmless bytes, and tells in words what came of it. */
public final class ConnectionTest {
  private static final byte[] BYTES = "dsx-connect healthcheck".getBytes(StandardCharsets.US_ASCII);

  private ConnectionTest() {}

  public static StatusResponse of(Scanner scanner) {
    try {
      return switch (scanner.scan(
          new Scanner.Submission(
              new ByteArrayInputStream(BYTES), BYTES.length, "healthcheck", null))) {
        case ScanOutcome.Judged judged -> StatusResponse.success("Connected to DSXA", null);
        case ScanOutcome.Busy busy -> failed(busy.reason());
        case ScanOutcome.Down down -> failed(down.reason());
        case ScanOutcome.TimedOut late -> failed(late.reason());
        case ScanOutcome.Unauthorized refused -> failed(refused.reason());
        case ScanOutcome.Refused refused -> failed(refused.reason());
        case ScanOutcome.Failed broken -> failed(broken.reason());
        case ScanOutcome.Malformed odd -> failed(odd.reason());
      };
    } catch (Scanner.SourceFailure e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private static StatusResponse failed(String reason) {
    return StatusResponse.error(reason, null);
  }
}
