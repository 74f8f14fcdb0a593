package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One request, completely determined by a seed.
 *
 * @param proper whether it is valid HTTP; if not, the server may close the connection
 * @param documented the statuses that the OpenAPI document has for the operation
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FuzzCase(byte[] request, boolean proper, Set<Integer> documented) {

  static FuzzCase of(JsonNode document, long seed) {
    return new Maker(document, seed).make();
  }

  /** The request in readable form. */
  @Override
  public String toString() {
    String text = new String(request, StandardCharsets.ISO_8859_1);
    StringBuilder shown = new StringBuilder();
    text.chars()
        .limit(2000)
        .forEach(
            c ->
                shown.append(
                    c == '\n'
                        ? "\n"
                        : c < ' ' || c > 0x7e ? String.format("\\x%02x", c) : "" + (char) c));
    return shown + (text.length() > 2000 ? "... (" + text.length() + " bytes)" : "");
  }

  private static final class Maker {
    private final JsonNode document;
    private final Hostile hostile;
    private final StringBuilder headers = new StringBuilder();
    private boolean proper = true;

    Maker(JsonNode document, long seed) {
      this.document = document;
      this.hostile = new Hostile(new SplittableRandom(seed), document.at("/components/schemas"));
    }

    FuzzCase make() {
      List<Map.Entry<String, JsonNode>> paths =
          new ArrayList<>(document.path("paths").properties());
      Map.Entry<String, JsonNode> path = hostile.oneOf(paths);
      Map.Entry<String, JsonNode> operation =
          hostile.oneOf(new ArrayList<>(path.getValue().properties()));
      Set<Integer> documented = new HashSet<>();
      operation
          .getValue()
          .path("responses")
          .fieldNames()
          .forEachRemaining(status -> documented.add(Integer.valueOf(status)));

      String method = operation.getKey().toUpperCase(Locale.ROOT);
      if (hostile.once(40)) {
        method = hostile.oneOf(List.of("PATCH", "OPTIONS", "TRACE", "get", "FOO", "HEAD"));
        if (!method.equals("get")) { // a HEAD is routed as a GET
          documented.clear();
        }
      }
      String target = target(path.getKey(), operation.getValue().path("parameters"));
      proper = target.length() < 30_000;
      byte[] body = body(operation.getValue());
      headers();
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.writeBytes(
          (method + " " + target + " HTTP/1.1\r\n").getBytes(StandardCharsets.ISO_8859_1));
      if (body.length > 0 || hostile.once(10)) {
        framed(request, body);
      } else {
        head(request, "");
      }
      return new FuzzCase(request.toByteArray(), proper, documented);
    }

    private String target(String template, JsonNode parameters) {
      String path = template;
      List<String> query = new ArrayList<>();
      for (JsonNode parameter : parameters) {
        String name = parameter.path("name").asText();
        String value = hostile.parameter(name, parameter.path("schema"));
        if (parameter.path("in").asText().equals("path")) {
          path = path.replace("{" + name + "}", hostile.encoded(value));
        } else if (!hostile.once(3)) {
          query.add(name + (hostile.once(20) ? "" : "=" + hostile.encoded(value)));
          if (hostile.once(10)) {
            query.add(name + "=" + hostile.encoded(hostile.text()));
          }
        }
      }
      if (hostile.once(10)) {
        query.add(hostile.encoded(hostile.text()) + "=" + hostile.encoded(hostile.text()));
      }
      if (hostile.once(30)) {
        path += hostile.oneOf(List.of("/", "//", "/..", "/.", "%2F", ";a=b", "/%2e%2e/x"));
      }
      return path + (query.isEmpty() ? "" : "?" + String.join("&", query));
    }

    private byte[] body(JsonNode operation) {
      JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
      if (hostile.once(60)) {
        return ("{\"location\":\"" + "x".repeat(1_100_000) + "\"}")
            .getBytes(StandardCharsets.UTF_8);
      }
      if (schema.isMissingNode()) {
        return hostile.once(3) ? hostile.bytes(hostile.text()) : new byte[0];
      }
      return hostile.once(15) ? new byte[0] : hostile.bytes(hostile.json(schema, "", 0));
    }

    private void headers() {
      header(
          "Host",
          hostile.once(30) ? hostile.oneOf(List.of("evil.example", "a b", "")) : "127.0.0.1");
      if (!hostile.once(3)) {
        header(
            "Content-Type",
            hostile.once(6)
                ? hostile.oneOf(
                    List.of(
                        "text/plain",
                        "application/json; charset=utf-16",
                        "application/problem+json",
                        "multipart/form-data",
                        ";",
                        "application",
                        "\u00e9/x"))
                : "application/json");
      }
      for (String name :
          List.of("Idempotency-Key", "X-Job-Name", "Last-Event-ID", "X-Request-Id", "Accept")) {
        if (hostile.once(8)) {
          header(name, hostile.text());
        }
      }
      if (hostile.once(100)) {
        header("X-Huge", "h".repeat(hostile.oneOf(List.of(8_000, 70_000, 300_000))));
        proper = false;
      }
      if (hostile.once(60)) {
        header("Expect", hostile.oneOf(List.of("100-continue", "999-odd")));
        proper = false;
      }
      if (hostile.once(100)) {
        headers.append(
            hostile.oneOf(
                List.of("no colon\r\n", ": no name\r\n", "A B: c\r\n", "A\u0000: b\r\n")));
        proper = false;
      }
    }

    /** Adds a header. A line break in the value starts another header, which is intended. */
    private void header(String name, String value) {
      String line = value.replaceAll("[\\r\\n\\u0000]", " ");
      if (line.chars().anyMatch(c -> c < ' ' || c > 0x7e)) {
        proper = false;
      }
      headers.append(name).append(": ").append(line).append("\r\n");
    }

    private void head(ByteArrayOutputStream request, String more) {
      request.writeBytes((headers + more + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private void framed(ByteArrayOutputStream request, byte[] body) {
      if (hostile.once(100)) {
        proper = false;
        String odd =
            hostile.oneOf(
                List.of(
                    "Content-Length: -1\r\n",
                    "Content-Length: x\r\n",
                    "Content-Length: 99999999999999999999\r\n",
                    "Content-Length: " + (body.length + 10) + "\r\n",
                    "Transfer-Encoding: chunked\r\nContent-Length: " + body.length + "\r\n",
                    "Transfer-Encoding: gzip\r\n",
                    "Transfer-Encoding: chunked\r\n"));
        head(request, odd);
        request.writeBytes(body);
      } else if (hostile.once(5)) {
        head(request, "Transfer-Encoding: chunked\r\n");
        for (int at = 0; at < body.length; at += 1000) {
          int size = Math.min(1000, body.length - at);
          request.writeBytes(
              (Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII));
          request.write(body, at, size);
          request.writeBytes(new byte[] {'\r', '\n'});
        }
        request.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      } else {
        head(request, "Content-Length: " + body.length + "\r\n");
        request.writeBytes(body);
      }
    }
  }
}
