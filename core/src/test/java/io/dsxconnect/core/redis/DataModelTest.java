package io.dsxconnect.core.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/data-model.md} names every key and every field of a job, and no other. */
class DataModelTest {
  private static final Path PAGE = Path.of("../docs/data-model.md");
  private static final String FIELDS = "## Fields of a job";

  /** Fields whose names callers pass to a script as arguments. */
  private static final Set<String> WRITTEN_BY_CALLERS =
      Set.of(
          "left_out",
          "listing_error_samples",
          "scan_asset",
          "scan_filter",
          "scan_limit",
          "started_by");

  /** Scripts whose variable {@code key} holds a hash other than that of a job. */
  private static final Set<String> OF_OTHER_HASHES = Set.of("state");

  private static final Pattern KEY_ROW =
      Pattern.compile("^\\| `(?<name>[^`]+)` \\| (?<type>[A-Z]+) \\|", Pattern.MULTILINE);
  private static final Pattern FIELD_ROW =
      Pattern.compile("^\\| `(?<name>[a-z_]+)` \\| [^|]+ \\| [^|]+ \\|$", Pattern.MULTILINE);
  private static final Pattern WRITE =
      Pattern.compile("'(HSET|HSETNX|HINCRBY|HINCRBYFLOAT)', (key|job_key\\(\\w+\\)), ");
  private static final Pattern COUNTER =
      Pattern.compile("\\b(?:add|count)\\(job, '(?<name>\\w+)',");
  private static final Pattern LITERAL = Pattern.compile("'(?<name>[a-z_]+)'");

  @Test
  void the_page_has_each_key_with_its_type() throws IOException {
    Map<String, String> onPage = new TreeMap<>();
    Matcher row = KEY_ROW.matcher(Files.readString(PAGE));
    while (row.find()) {
      onPage.put(row.group("name").replaceAll("<[^>]+>", "%s"), row.group("type"));
    }
    Map<String, String> inCode = new TreeMap<>();
    for (Key key : Key.values()) {
      inCode.put(key.pattern(), key.type().name());
    }
    assertThat(onPage).isEqualTo(inCode);
  }

  @Test
  void the_page_has_each_field_of_a_job() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(FIELDS);
    Set<String> onPage = new TreeSet<>();
    Matcher row = FIELD_ROW.matcher(page.substring(begin, page.indexOf("\n## ", begin + 1)));
    while (row.find()) {
      onPage.add(row.group("name"));
    }
    assertThat(onPage).isEqualTo(fieldsInCode());
  }

  private static Set<String> fieldsInCode() throws IOException {
    Set<String> fields = new TreeSet<>(WRITTEN_BY_CALLERS);
    Arrays.stream(Outcome.values()).map(Outcome::column).forEach(fields::add);
    for (String file : scripts()) {
      String text = ScriptTest.read(file);
      Matcher write = WRITE.matcher(text);
      while (write.find()) {
        List<String> arguments = arguments(text, write.end());
        int step = write.group(1).equals("HSET") ? 2 : arguments.size();
        for (int i = 0; i < arguments.size(); i += step) {
          Matcher literal = LITERAL.matcher(arguments.get(i));
          if (literal.matches()) {
            fields.add(literal.group("name"));
          }
        }
      }
      COUNTER.matcher(text).results().map(found -> found.group(1)).forEach(fields::add);
    }
    return fields;
  }

  private static Set<String> scripts() throws IOException {
    try (var files = Files.list(ScriptTest.FOLDER)) {
      return files
          .map(file -> file.getFileName().toString().replace(".lua", ""))
          .filter(name -> !OF_OTHER_HASHES.contains(name))
          .collect(Collectors.toSet());
    }
  }

  /** The text of a call from an offset to its closing parenthesis. */
  private static List<String> arguments(String text, int from) {
    List<String> arguments = new ArrayList<>();
    StringBuilder argument = new StringBuilder();
    int depth = 0;
    for (int i = from; ; i++) {
      char c = text.charAt(i);
      if (depth == 0 && (c == ',' || c == ')')) {
        arguments.add(argument.toString().strip());
        argument.setLength(0);
        if (c == ')') {
          return arguments;
        }
      } else {
        depth += c == '(' || c == '{' ? 1 : c == ')' || c == '}' ? -1 : 0;
        argument.append(c);
      }
    }
  }
}
