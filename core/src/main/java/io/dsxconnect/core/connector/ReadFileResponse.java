package io.dsxconnect.core.connector;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.http.server.Bodies;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * Interprets the response to {@code read_file}. Only a 200 whose body is unencoded, and framed so
 * that its end differs from a broken connection, is the file. Any other body is not scanned,
 * because the scanner would judge it clean. Confined to one thread. See docs/wire.md, "Connector
 * routes".
 */
final class ReadFileResponse {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final int MAX_STATUS_BYTES = 64 * 1024;
  private static final String CHANGED = "the file changed while it was read";

  /** RFC 9110, 14.4: first and last byte, and the length of the whole. */
  private static final Pattern RANGE = Pattern.compile("bytes 0-(\\d{1,18})/(\\d{1,18})");

  private static final Pattern HTML_NAME = Pattern.compile("(?i).*\\.[a-z]?html?");

  private final ClassicHttpResponse response;
  private final int code;
  private final @Nullable HttpEntity entity;
  private final String type;

  ReadFileResponse(ClassicHttpResponse response) {
    this.response = response;
    this.code = response.getCode();
    this.entity = response.getEntity();
    String given = entity == null ? null : entity.getContentType();
    this.type = given == null ? "" : given.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the status, and the start of a body that may be an error. The caller closes the stream of
   * a {@link ReadReply.Content}.
   *
   * @param location of the requested file
   * @throws IOException when the connection breaks before the kind of the answer is known
   */
  ReadReply read(String location) throws IOException {
    if (code / 100 != 2) {
      return refused();
    }
    if (response.containsHeader(Routes.FILE_CHANGED)) {
      ConnectorClient.cut(response);
      return new ReadReply.Changed(CHANGED);
    }
    // The original's connectors report a missing file as 200 with a JSON error.
    if (entity != null && !type.isEmpty() && Bodies.isJson(type)) {
      return unreadable(message(entity));
    }
    String reason = whyNotTheFile(location);
    if (reason != null || entity == null) {
      ConnectorClient.cut(response);
      return new ReadReply.Unreadable(reason == null ? "the answer has no body" : reason);
    }
    boolean doubtful = type.isEmpty() || type.endsWith("/json") || type.endsWith("+json");
    InputStream content = entity.getContent();
    if (doubtful && entity.getContentLength() <= MAX_STATUS_BYTES) {
      byte[] start;
      try {
        start = content.readNBytes(MAX_STATUS_BYTES + 1);
      } catch (IOException e) {
        return new ReadReply.Content(closing(broken(e)), entity.getContentLength());
      }
      if (start.length <= MAX_STATUS_BYTES && isStatus(start)) {
        return unreadable(messageOf(start));
      }
      content = new SequenceInputStream(new ByteArrayInputStream(start), content);
    }
    return new ReadReply.Content(closing(content), entity.getContentLength());
  }

  /** Throws the failure at the first read, as if the start of the body had not been read ahead. */
  private static InputStream broken(IOException e) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        throw e;
      }

      @Override
      public int read(byte[] buffer, int off, int len) throws IOException {
        throw e;
      }
    };
  }

  private @Nullable String whyNotTheFile(String location) {
    if (code != HttpStatus.SC_OK) {
      return "the connector answered HTTP " + code + ", which does not bring a whole file";
    }
    for (Header header : response.getHeaders(HttpHeaders.CONTENT_RANGE)) {
      if (!isWhole(header.getValue().strip())) {
        return "the connector sent a part of the file (" + Printable.of(header.getValue()) + ")";
      }
    }
    for (Header header : response.getHeaders(HttpHeaders.CONTENT_ENCODING)) {
      if (!header.getValue().strip().equalsIgnoreCase("identity")) {
        return "the connector sent the file encoded ("
            + Printable.of(header.getValue())
            + "), so its bytes are not known";
      }
    }
    if (entity != null && entity.getContentLength() < 0 && !entity.isChunked()) {
      return "the connector's answer ends with its connection, so a part would pass for the whole"
          + " file";
    }
    boolean page = type.equals("text/html") || type.equals("application/xhtml+xml");
    return page && !HTML_NAME.matcher(location).matches()
        ? "the connector answered with a page (" + type + "), not with the file"
        : null;
  }

  private static boolean isWhole(String contentRange) {
    Matcher range = RANGE.matcher(contentRange);
    return range.matches() && Long.parseLong(range.group(1)) + 1 == Long.parseLong(range.group(2));
  }

  private ReadReply refused() throws IOException {
    String message = entity == null ? "" : message(entity);
    if (code == 404 || code == 403 || code == 410) {
      return unreadable(message);
    }
    try (response) {
      if (code == 503 && response.containsHeader(Routes.FILE_CHANGED)) {
        return new ReadReply.Changed(message.isEmpty() ? CHANGED : message);
      }
      String tag = code >= 500 ? "connector_server" : "connector_client";
      return new ReadReply.Failed(tag, "HTTP " + code + (message.isEmpty() ? "" : ": " + message));
    }
  }

  private ReadReply unreadable(String message) throws IOException {
    try (response) {
      return new ReadReply.Unreadable(message.isEmpty() ? "HTTP " + code : message);
    }
  }

  private static String message(HttpEntity entity) throws IOException {
    return messageOf(Bodies.read(entity.getContent(), MAX_MESSAGE_BYTES));
  }

  private static String messageOf(byte[] body) {
    try {
      JsonNode node = Json.parse(body);
      String message = node.path("message").asText("");
      String description = node.path("description").asText("");
      return Printable.of(
          message.isEmpty()
              ? node.path("detail").asText("")
              : description.isEmpty() ? message : message + " (" + description + ")");
    } catch (InvalidInput e) {
      return Printable.of(new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8));
    }
  }

  /** Whether this is the status that connectors send instead of a file, undeclared by its type. */
  private static boolean isStatus(byte[] body) {
    try {
      JsonNode node = Json.parse(body);
      return node.path("status").isTextual() && !StatusResponse.read(node).message().isEmpty();
    } catch (InvalidInput e) {
      return false;
    }
  }

  private InputStream closing(InputStream in) {
    return new FilterInputStream(in) {
      private boolean ended;

      @Override
      public int read() throws IOException {
        int b = super.read();
        ended |= b < 0;
        return b;
      }

      @Override
      public int read(byte[] buffer, int off, int len) throws IOException {
        int n = super.read(buffer, off, len);
        ended |= n < 0;
        return n;
      }

      @Override
      public void close() throws IOException {
        if (ended) {
          response.close();
        } else {
          // Draining the unread rest could take gigabytes.
          ConnectorClient.cut(response);
        }
      }
    };
  }
}
