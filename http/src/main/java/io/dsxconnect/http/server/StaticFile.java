package io.dsxconnect.http.server;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file that is served from memory, compressed for clients that accept gzip. All responses share
 * its bytes; a client that has the current content ({@code If-None-Match}) gets 304. Thread-safe
 * once it is configured.
 */
public final class StaticFile implements Handler {
  /** A compressed body must save at least this share, or it is not worth the client's time. */
  private static final double MIN_SAVING = 0.1;

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
    byte[] gzip = GzipCoding.smallest(content);
    return gzip.length < content.length * (1 - MIN_SAVING) ? gzip : null;
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
    byte[] gzip = GzipCoding.acceptedBy(request) ? compressed : null;
    // Two representations of one file need two tags (RFC 9110, 8.8.3.3).
    String tag = '"' + entityTag + (gzip == null ? "" : "-gz") + '"';
    headers.forEach(response::header);
    response.header("ETag", tag);
    if (hasCurrentContent(request, tag)) {
      response.status(Status.NOT_MODIFIED_304).send();
      return;
    }
    send(request, response, gzip);
  }

  /**
   * Answers with the whole file and this status, whatever the client has already; for example 404.
   */
  public void send(ServerRequest request, ServerResponse response, int status) {
    headers.forEach(response::header);
    response.status(Status.create(status));
    send(request, response, GzipCoding.acceptedBy(request) ? compressed : null);
  }

  private void send(ServerRequest request, ServerResponse response, byte @Nullable [] gzip) {
    if (gzip != null) {
      response.header("Content-Encoding", "gzip");
    }
    byte[] body = gzip == null ? content : gzip;
    if (request.prologue().method().equals(Method.HEAD)) {
      response.header("Content-Length", Integer.toString(body.length));
      response.send();
    } else {
      response.send(body);
    }
  }

  private static boolean hasCurrentContent(ServerRequest request, String current) {
    return GzipCoding.values(request, HeaderNames.IF_NONE_MATCH)
        .map(String::strip)
        .anyMatch(tag -> tag.equals("*") || tag.replaceFirst("^W/", "").equals(current));
  }
}
