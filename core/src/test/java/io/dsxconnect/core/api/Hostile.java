package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Generates valid and invalid values for a schema. */
final class Hostile {
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "J",
          "0",
          "-1",
          "NaN",
          "1e999",
          "null",
          "../../etc/passwd",
          "a/b",
          "J:results",
          "J:lanes",
          "*",
          "{p0}",
          "%s%n",
          "${jndi:ldap://x}",
          "<script>",
          "'; DROP",
          "\u0000",
          "a\r\nX-Evil: 1",
          "\u001b[2J",
          "\u202eexe.txt",
          "\u00e9\u4e2d\ud83d\ude00",
          "\ufeff",
          "\uffff",
          "a".repeat(300),
          "b".repeat(5000),
          "9".repeat(400));

  private static final List<String> RAW =
      List.of(
          "NaN",
          "Infinity",
          "-0",
          "1e400",
          "9223372036854775808",
          "-9223372036854775809",
          "9".repeat(99),
          "9".repeat(2000),
          "1.5",
          "true",
          "null",
          "[]",
          "{}",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"\\x\"",
          "\"unterminated",
          "{\"a\":1,\"a\":2}",
          "[1,]",
          "{\"a\"}",
          "01",
          "'a'",
          "// comment",
          "[".repeat(63) + "]".repeat(63),
          "[".repeat(5000),
          "{\"a\":".repeat(200) + "1" + "}".repeat(200));

  private final RandomGenerator random;
  private final JsonNode schemas;

  /** One value in this many is invalid; a high rate gets past validation. */
  private final int rate;

  /**
   * @param schemas of the document's components
   */
  Hostile(RandomGenerator random, JsonNode schemas) {
    this.random = random;
    this.schemas = schemas;
    this.rate = oneOf(List.of(25, 100, 10_000));
  }

  boolean once(int in) {
    return random.nextInt(in) == 0;
  }

  <T> T oneOf(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  String text() {
    if (once(4)) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        text.appendCodePoint(random.nextInt(1, once(3) ? 0x2fff : 0x7f));
      }
      return text.toString();
    }
    return oneOf(TEXTS);
  }

  /** A value for a parameter, mostly valid. */
  String parameter(String name, JsonNode schema) {
    if (once(Math.max(3, rate / 10))) {
      return text();
    }
    if (schema.has("enum")) {
      return oneOf(texts(schema.get("enum")));
    }
    return switch (schema.path("type").asText()) {
      case "integer", "number" ->
          oneOf(List.of("0", "1", "2", "5", "100", "-1", "9223372036854775807", "1.5"));
      case "boolean" -> oneOf(List.of("true", "0", "on", "maybe"));
      default ->
          schema.path("format").asText().equals("uuid")
              ? oneOf(List.of(ApiFixture.UUID_1, "00000000-0000-4000-8000-000000000009", "odd"))
              : name.equals("target_task")
                  ? oneOf(List.of("dsx_connect.tasks.scan.request", "os.system"))
                  : oneOf(List.of("J", "K", "T1", "unknown", "1"));
    };
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  /** JSON for a schema, with an invalid part now and then. */
  String json(JsonNode schema, String name, int depth) {
    if (once(rate)) {
      return oneOf(RAW);
    }
    if (once(rate)) {
      return quoted(text());
    }
    if (schema.has("$ref")) {
      String reference = schema.get("$ref").asText();
      return json(schemas.path(reference.substring(reference.lastIndexOf('/') + 1)), name, depth);
    }
    if (schema.has("anyOf")) {
      return once(2) ? json(schema.get("anyOf").get(0), name, depth) : "null";
    }
    if (schema.has("enum")) {
      return quoted(oneOf(texts(schema.get("enum"))));
    }
    JsonNode type = schema.path("type");
    return switch (type.isArray()
        ? type.get(random.nextInt(type.size())).asText()
        : type.asText()) {
      case "object" -> object(schema, depth);
      case "array" -> array(schema, name, depth);
      case "integer" -> oneOf(List.of("0", "1", "7", "100", "-1"));
      case "number" -> oneOf(List.of("0", "1.5", "1795597575.25"));
      case "boolean" -> oneOf(List.of("true", "false"));
      case "null" -> "null";
      default -> quoted(known(name));
    };
  }

  /** Values of known names. Addresses are local, so that no name server is asked. */
  private String known(String name) {
    return switch (name) {
      case "url", "connector_url" -> oneOf(List.of("http://127.0.0.1:1/fs", "", "ftp://x"));
      case "uuid" -> ApiFixture.UUID_1;
      case "scan_job_id" -> oneOf(List.of("J", "K", "", "a/b", "L"));
      default -> once(3) ? text() : "value";
    };
  }

  private String object(JsonNode schema, int depth) {
    StringBuilder json = new StringBuilder("{");
    if (depth < 6) {
      for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
        if (once(6) && rate < 1000) {
          continue;
        }
        json.append(json.length() > 1 ? "," : "").append(quoted(property.getKey())).append(':');
        json.append(json(property.getValue(), property.getKey(), depth + 1));
      }
    }
    if (once(10)) {
      json.append(json.length() > 1 ? "," : "").append(quoted(text())).append(":1");
    }
    return json.append('}').toString();
  }

  private String array(JsonNode schema, String name, int depth) {
    int size = once(20) ? 150 : random.nextInt(4);
    List<String> items = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      items.add(json(schema.path("items"), name, depth + 1));
    }
    return "[" + String.join(",", items) + "]";
  }

  private static String quoted(String text) {
    return io.dsxconnect.contract.Json.text(text);
  }

  /** The bytes of a text, now and then not valid UTF-8. */
  byte[] bytes(String text) {
    byte[] bytes =
        switch (random.nextInt(rate)) {
          case 0 -> text.getBytes(StandardCharsets.UTF_16);
          case 1 -> text.getBytes(StandardCharsets.ISO_8859_1);
          case 2 -> ("\ufeff" + text).getBytes(StandardCharsets.UTF_8);
          default -> text.getBytes(StandardCharsets.UTF_8);
        };
    if (bytes.length > 0 && once(rate)) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes.length > 1 && once(rate)
        ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length))
        : bytes;
  }

  /** A text as part of a path or a query, in one of several encodings, some of them invalid. */
  String encoded(String text) {
    return switch (random.nextInt(rate / 3)) {
      case 0 -> text.replaceAll("[^A-Za-z0-9._~/-]", "%zz");
      case 1 -> percent(percent(text));
      case 2 ->
          percent(text) + oneOf(List.of("%", "%2", "%FF", "%C0%AF", "%00", "%2F", "%5C", ";x=1"));
      default -> percent(text);
    };
  }

  private static String percent(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (Character.isLetterOrDigit(b) || b == '-') {
        out.append((char) b);
      } else {
        out.append(String.format("%%%02X", b));
      }
    }
    return out.toString();
  }
}
