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

/**
 * Interprets a scanner's answer. Only a result about all bytes of the file is a verdict. Immutable.
 * See docs/wire.md, "Scanner protocol (DSXA)".
 */
final class ScannerAnswer {
  private static final int MAX_BODY_BYTES = 1 << 20;

  /** Longer waits are shortened: the server that asked for one may be replaced meanwhile. */
  static final Duration MAX_RETRY_AFTER = Duration.ofSeconds(60);

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
   * Reads an answer.
   *
   * @param early whether the peer answered before it had the whole file; then a break of the
   *     connection does not discard the status and what arrived of the body
   * @throws IOException when the body breaks or is larger than 1 MiB, unless {@code early}
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
        if (body.size() > MAX_BODY_BYTES) {
          throw new IOException("the answer is larger than " + MAX_BODY_BYTES + " bytes");
        }
      }
    } catch (IOException e) {
      // The status is enough, with what arrived of the body.
      if (!early) {
        throw e;
      }
    }
    return body.toByteArray();
  }

  /** The engine as the answer reports it; null when it does not. */
  @Nullable String engine() {
    return engine;
  }

  /**
   * Interprets the answer.
   *
   * @param sent number of the file's bytes that were sent
   * @param whole whether these were all, sent before the answer arrived
   * @param label of the engine that answered
   */
  ScanOutcome outcome(long sent, boolean whole, String label) {
    String reason = ("scanner: HTTP " + code + " " + excerpt()).strip();
    return switch (code) {
      case 200 ->
          whole
              ? judged(sent, label)
              : new ScanOutcome.Failed("the scanner answered before it had the whole file");
      case 401, 403 -> new ScanOutcome.Unauthorized(reason);
      case 429, 503 -> new ScanOutcome.Busy(reason, retryAfter);
      // A 400 may carry a result: for example an archive that needs a password.
      case 400 ->
          whole
                  && judged(sent, label) instanceof ScanOutcome.Judged result
                  && result.response().outcome() != Outcome.BENIGN
              ? result
              : new ScanOutcome.Refused(reason);
      // A proxy or balancer sends these in front of an unavailable scanner.
      case 404, 407, 408, 421, 502, 504 -> new ScanOutcome.Doubtful(reason, false);
      default -> code >= 500 ? new ScanOutcome.Failed(reason) : new ScanOutcome.Refused(reason);
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
    Long scanned = info == null ? null : info.fileSizeInBytes();
    if (scanned != null && scanned != sent) {
      return new ScanOutcome.Malformed(
          "the scanner scanned " + scanned + " bytes, " + sent + " were sent");
    }
    if (scanned == null && response.outcome() == Outcome.BENIGN) {
      return new ScanOutcome.Unproven(
          "the scanner reported Benign without the number of bytes that it scanned"
              + " (file_info.file_size_in_bytes)");
    }
    return new ScanOutcome.Judged(response, label);
  }

  /** Parses {@code Retry-After}, seconds or an HTTP date; null for any other. At most 60 s. */
  static @Nullable Duration retryAfter(String value, Instant now) {
    String text = value.strip();
    Duration wait;
    if (text.matches("[0-9]+")) {
      wait = text.length() > 9 ? MAX_RETRY_AFTER : Duration.ofSeconds(Long.parseLong(text));
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
        : wait.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : wait;
  }

  private String excerpt() {
    return Printable.of(new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8));
  }
}
