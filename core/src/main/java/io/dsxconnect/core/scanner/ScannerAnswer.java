package io.dsxconnect.core.scanner;

import io.dsxconnect.contract.Engine;
import io.dsxconnect.contract.FileInfo;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.ScanResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

/** What came in answer to a file: only the scanner's word on all of its bytes is a verdict. */
final class ScannerAnswer {
  private static final int LONGEST = 1 << 20;

  /** A longer wait is not believed: what said so may be gone by then. */
  static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private final int code;
  private final byte[] body;
  private final @Nullable String engine;
  private final @Nullable Duration retryAfter;

  private ScannerAnswer(
      int code, byte[] body, @Nullable String engine, @Nullable Duration retryAfter) {
    this.code = code;
    this.body = body;
    this.engine = engine;
    this.retryAfter = retryAfter;
  }

  /**
   * @param early the peer answered before it had the whole file: what it says is then more than
   *     that its connection breaks
   */
  static ScannerAnswer of(ClassicHttpResponse response, boolean early) throws IOException {
    Header name = response.getFirstHeader(Engine.HEADER);
    Header wait = response.getFirstHeader("Retry-After");
    return new ScannerAnswer(
        response.getCode(),
        body(response.getEntity(), early),
        name == null ? null : Printable.of(name.getValue()),
        wait == null ? null : retryAfter(wait.getValue(), Clock.systemUTC().instant()));
  }

  private static byte[] body(@Nullable HttpEntity entity, boolean early) throws IOException {
    if (entity == null) {
      return new byte[0];
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      InputStream in = entity.getContent();
      for (int n; (n = in.read(buffer)) >= 0; ) {
        body.write(buffer, 0, n);
        if (body.size() > LONGEST) {
          throw new IOException("the answer is larger than " + LONGEST + " bytes");
        }
      }
    } catch (IOException e) {
      // Its status says enough, and what came of its text.
      if (!early) {
        throw e;
      }
    }
    return body.toByteArray();
  }

  /** The engine that answered, by its own word; null when it did not say. */
  @Nullable String engine() {
    return engine;
  }

  /**
   * @param sent bytes of the file
   * @param whole whether these were all, and all were written before the answer came
   * @param label of the engine that answered
   */
  ScanOutcome outcome(long sent, boolean whole, String label) {
    String said = ("scanner: HTTP " + code + " " + excerpt()).strip();
    return switch (code) {
      case 200 ->
          whole
              ? judged(sent, label)
              : new ScanOutcome.Failed("the scanner answered before it had the whole file");
      case 401, 403 -> new ScanOutcome.Unauthorized(said);
      case 429, 503 -> new ScanOutcome.Busy(said, retryAfter);
      // A 400 may carry a result: for example an archive that needs a password.
      case 400 ->
          whole
                  && judged(sent, label) instanceof ScanOutcome.Judged result
                  && result.response().outcome() != Outcome.BENIGN
              ? result
              : new ScanOutcome.Refused(said);
      // Said by what stands in front of a scanner that is away.
      case 404, 407, 408, 421, 502, 504 -> new ScanOutcome.Doubtful(said, false);
      default -> code >= 500 ? new ScanOutcome.Failed(said) : new ScanOutcome.Refused(said);
    };
  }

  private ScanOutcome judged(long sent, String label) {
    ScanResponse response;
    try {
      response = ScanResponse.read(Json.parse(body));
    } catch (InvalidInput e) {
      return new ScanOutcome.Malformed("the scanner's answer is not readable: " + excerpt());
    }
    String reason = response.verdictDetails().reason();
    if (response.outcome() == Outcome.NOT_SCANNED
        && reason != null
        && reason.toLowerCase(Locale.ROOT).contains("initializing")) {
      return new ScanOutcome.Busy("the scanner is initializing", null);
    }
    FileInfo info = response.fileInfo();
    Long seen = info == null ? null : info.fileSizeInBytes();
    if (seen != null && seen != sent) {
      return new ScanOutcome.Malformed(
          "the scanner saw " + seen + " bytes, " + sent + " were sent");
    }
    if (seen == null && response.outcome() == Outcome.BENIGN) {
      return new ScanOutcome.Unproven(
          "the scanner said Benign without the number of bytes that it saw"
              + " (file_info.file_size_in_bytes)");
    }
    return new ScanOutcome.Judged(response, label);
  }

  /** Seconds or a date, as HTTP has it; null for anything else. At most a minute. */
  static @Nullable Duration retryAfter(String value, Instant now) {
    String text = value.strip();
    Duration wait;
    if (text.matches("[0-9]+")) {
      wait = text.length() > 9 ? LONGEST_WAIT : Duration.ofSeconds(Long.parseLong(text));
    } else {
      try {
        wait =
            Duration.between(
                now, ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      } catch (DateTimeParseException e) {
        return null;
      }
    }
    return wait.isNegative()
        ? Duration.ZERO
        : wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }

  private String excerpt() {
    return Printable.of(new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8));
  }
}
