package io.dsxconnect.http.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** The content coding gzip: who accepts it, and its bytes. */
final class GzipCoding {
  /** A coding with its weight (RFC 9110, 12.4.2): at most three decimals, so the match is quick. */
  private static final Pattern ACCEPTED =
      Pattern.compile(
          "(?i)(x-)?gzip( ?; ?q=(1(\\.0{0,3})?|0\\.(0{0,2}[1-9]\\d{0,2}|\\d{0,2}[1-9])))?");

  /** Longer ones are no weight. */
  private static final int MAX_CODING_CHARS = 32;

  private GzipCoding() {}

  /** Whether the client accepts it. */
  static boolean acceptedBy(ServerRequest request) {
    return values(request, HeaderNames.ACCEPT_ENCODING)
        .map(String::strip)
        .anyMatch(
            coding -> coding.length() <= MAX_CODING_CHARS && ACCEPTED.matcher(coding).matches());
  }

  /** The elements of a list header, of all its lines. */
  static Stream<String> values(ServerRequest request, HeaderName name) {
    return request.headers().contains(name)
        ? request.headers().get(name).allValues().stream()
            .flatMap(value -> Arrays.stream(value.split(",")))
        : Stream.empty();
  }

  /** Compresses as small as possible, for content that is sent many times. */
  static byte[] smallest(byte[] content) {
    return compressed(content, Deflater.BEST_COMPRESSION);
  }

  /** Compresses quickly, for content that is sent once. */
  static byte[] quickest(byte[] content) {
    return compressed(content, Deflater.BEST_SPEED);
  }

  private static byte[] compressed(byte[] content, int level) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length / 4 + 64);
    try (OutputStream gzip = new Leveled(bytes, level)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException("compressing in memory", e);
    }
    return bytes.toByteArray();
  }

  /** The library's stream has no parameter for the level. */
  private static final class Leveled extends GZIPOutputStream {
    Leveled(OutputStream out, int level) throws IOException {
      super(out);
      def.setLevel(level);
    }
  }
}
