package io.dsxconnect.http.server;

import io.helidon.http.HeaderNames;
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

/**
 * A file that is served from memory. All responses share its bytes; a client that has the current
 * content ({@code If-None-Match}) gets 304. Thread-safe once it is configured.
 */
public final class StaticFile implements Handler {
  private final byte[] content;
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
    this.entityTag = '"' + digest(content) + '"';
    this.headers = new TreeMap<>();
    headers.put("Content-Type", type);
    headers.put("ETag", entityTag);
    headers.put(
        "Cache-Control", maxAgeSeconds > 0 ? "public, max-age=" + maxAgeSeconds : "no-cache");
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
    headers.forEach(response::header);
    if (hasCurrentContent(request)) {
      response.status(Status.NOT_MODIFIED_304).send();
    } else {
      response.send(content);
    }
  }

  private boolean hasCurrentContent(ServerRequest request) {
    return request.headers().contains(HeaderNames.IF_NONE_MATCH)
        && request.headers().get(HeaderNames.IF_NONE_MATCH).allValues().stream()
            .flatMap(value -> Arrays.stream(value.split(",")))
            .map(String::strip)
            .anyMatch(tag -> tag.equals("*") || tag.replaceFirst("^W/", "").equals(entityTag));
  }
}
