package io.dsxconnect.http.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file that is served from memory, compressed for clients that accept gzip. All responses share
 * its bytes; a client that has the current content ({@code If-None-Match}) gets 304. Thread-safe
 * once it is configured.
 */
public final class StaticFile implements Handler {
  /** A compressed body must save at least this share, or it is not worth the client's time. */
  private static final double MIN_SAVING = 0.1;

  /** A coding with its weight (RFC 9110, 12.4.2): at most three decimals, so the match is quick. */
  private static final Pattern ACCEPTS_GZIP =
      Pattern.compile(
          "(?i)(x-)?gzip( ?; ?q=(1(\\.0{0,3})?|0\\.(0{0,2}[1-9]\\d{0,2}|\\d{0,2}[1-9])))?");

  /** Longer ones are no weight. */
  private static final int MAX_CODING_CHARS = 32;

  private final byte[] content;
  private final byte @Nullable [] compressed;
  private final String entityTag;
  private final Map<String, String> headers;

  /**
   * @param content not copied; must not change afterwards
   * @param type the Content-Type, for example {@code text/css; charset=utf-8}
   * @param maxAgeSeconds how long a client may use its copy without asking; 0 or less: it always
   *     asks
   */
  public StaticFile(byte[] content, String type, long maxAgeSeconds) {
    this.content = content;
    this.compressed = compressed(content);
    this.entityTag = digest(content);
    this.headers = new TreeMap<>();
    headers.put("Content-Type", type);
    headers.put(
        "Cache-Control", maxAgeSeconds > 0 ? "public, max-age=" + maxAgeSeconds : "no-cache");
    if (compressed != null) {
      headers.put("Vary", "Accept-Encoding");
    }
  }

  /**
   * Adds or replaces a response header. Call it before the file is served.
   *
   * @return this
   */
  public StaticFile with(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /**
   * Reads a resource of the class path.
   *
   * @param name without a leading slash
   * @throws IllegalStateException if there is no such resource
   * @throws UncheckedIOException if it cannot be read
   */
  public static byte[] resource(String name) {
    try (InputStream in = StaticFile.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Null when compression saves too little. */
  private static byte @Nullable [] compressed(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length / 2 + 64);
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.size() < content.length * (1 - MIN_SAVING) ? bytes.toByteArray() : null;
  }

  private static String digest(byte[] content) {
    try {
      byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(Arrays.copyOf(sha256, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    byte[] gzip = acceptsGzip(request) ? compressed : null;
    // Two representations of one file need two tags (RFC 9110, 8.8.3.3).
    String tag = '"' + entityTag + (gzip == null ? "" : "-gz") + '"';
    headers.forEach(response::header);
    response.header("ETag", tag);
    if (hasCurrentContent(request, tag)) {
      response.status(Status.NOT_MODIFIED_304).send();
    } else if (gzip == null) {
      response.send(content);
    } else {
      response.header("Content-Encoding", "gzip");
      response.send(gzip);
    }
  }

  private static boolean acceptsGzip(ServerRequest request) {
    return values(request, HeaderNames.ACCEPT_ENCODING)
        .map(String::strip)
        .anyMatch(
            coding ->
                coding.length() <= MAX_CODING_CHARS && ACCEPTS_GZIP.matcher(coding).matches());
  }

  private static boolean hasCurrentContent(ServerRequest request, String current) {
    return values(request, HeaderNames.IF_NONE_MATCH)
        .map(String::strip)
        .anyMatch(tag -> tag.equals("*") || tag.replaceFirst("^W/", "").equals(current));
  }

  private static Stream<String> values(ServerRequest request, HeaderName name) {
    return request.headers().contains(name)
        ? request.headers().get(name).allValues().stream()
            .flatMap(value -> Arrays.stream(value.split(",")))
        : Stream.empty();
  }
}
