package io.dsxconnect.core.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One row of the contract: a request and its expected answer. Rows are in text files:
 *
 * <pre>
 * == PUT /config | a blank address
 * @ connector
 * Content-Type: application/json
 * {"scan_binary_url":" "}
 * --> 400
 * Content-Type: application/json
 * {"detail":"scan_binary_url cannot be empty"}
 * </pre>
 *
 * <p>{@code @} lines prepare the state; headers and a body may be absent on both sides. An expected
 * body is exact, including the order of its fields, except for {@code <uuid>}, {@code <int>},
 * {@code <num>} and {@code <any>}. {@code {C}} is the address of the connector, {@code {U}} its
 * uuid, {@code {V}} the version.
 *
 * @param status of the expected answer
 * @param expected pattern of the body; null for any
 */
record ContractRow(
    String method,
    String path,
    String name,
    List<String> scene,
    Map<String, String> headers,
    @Nullable String body,
    int status,
    Map<String, String> answerHeaders,
    @Nullable String expected) {
  private static final Pattern HEAD = Pattern.compile("== (\\S+) (\\S+) \\| (.*)");
  private static final Pattern HEADER = Pattern.compile("([A-Z][A-Za-z-]+): (.*)");
  private static final Pattern PLACEHOLDER = Pattern.compile("<(uuid|int|num|any)>");

  static List<ContractRow> read(String file) throws IOException {
    String text;
    try (InputStream in = ContractRow.class.getResourceAsStream("/contract/" + file)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<ContractRow> rows = new ArrayList<>();
    for (String block : text.split("(?m)^(?=== )", -1)) {
      if (block.startsWith("== ")) {
        rows.add(parse(block));
      }
    }
    return rows;
  }

  private static ContractRow parse(String block) {
    String[] sides = block.split("(?m)^--> ", -1);
    List<String> asked = new ArrayList<>(sides[0].strip().lines().toList());
    List<String> answered = new ArrayList<>(sides[1].strip().lines().toList());
    Matcher head = HEAD.matcher(asked.removeFirst());
    if (!head.matches()) {
      throw new IllegalArgumentException(block);
    }
    List<String> scene = new ArrayList<>();
    while (!asked.isEmpty() && asked.getFirst().startsWith("@ ")) {
      scene.add(asked.removeFirst().substring(2));
    }
    Map<String, String> headers = headers(asked);
    int status = Integer.parseInt(answered.removeFirst());
    Map<String, String> answerHeaders = headers(answered);
    return new ContractRow(
        head.group(1),
        head.group(2),
        head.group(3),
        scene,
        headers,
        asked.isEmpty() ? null : String.join("\n", asked),
        status,
        answerHeaders,
        answered.isEmpty() ? null : String.join("\n", answered));
  }

  private static Map<String, String> headers(List<String> lines) {
    Map<String, String> headers = new LinkedHashMap<>();
    while (!lines.isEmpty()) {
      Matcher header = HEADER.matcher(lines.getFirst());
      if (!header.matches()) {
        break;
      }
      headers.put(header.group(1), header.group(2));
      lines.removeFirst();
    }
    return headers;
  }

  /** The pattern of a text with placeholders. */
  static Pattern pattern(String text) {
    StringBuilder pattern = new StringBuilder();
    Matcher hole = PLACEHOLDER.matcher(text);
    int from = 0;
    while (hole.find()) {
      pattern.append(Pattern.quote(text.substring(from, hole.start())));
      pattern.append(
          switch (hole.group(1)) {
            case "uuid" -> "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
            case "int" -> "-?[0-9]+";
            case "num" -> "-?[0-9]+\\.[0-9]+(?:E[0-9]+)?";
            default -> ".*";
          });
      from = hole.end();
    }
    return Pattern.compile(pattern + Pattern.quote(text.substring(from)), Pattern.DOTALL);
  }

  @Override
  public String toString() {
    return method + " " + path + ": " + name;
  }
}
