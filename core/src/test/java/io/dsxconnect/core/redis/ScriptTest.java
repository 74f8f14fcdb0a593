package io.dsxconnect.core.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every script has the fixed form that reviewers rely on. */
class ScriptTest {
  static final Path FOLDER = Path.of("src/main/resources/io/dsxconnect/core/redis");
  private static final int MAX_COLUMNS = 110;
  private static final Pattern HEAD =
      Pattern.compile(
          "-- \\S.*\n(-- \\S.*\n)*--\n-- ARGV       .+\n(--  .+\n)*-- Returns    .+\n(--  .+\n)*"
              + "-- Touches    (?<touches>.+\n(--  .+\n)*)-- Called by  .+\n\n");

  static String read(String file) throws IOException {
    return Files.readString(FOLDER.resolve(file + ".lua"));
  }

  @ParameterizedTest
  @EnumSource
  void each_script_begins_with_a_head_that_names_the_keys_it_uses(Script script)
      throws IOException {
    String text = read(script.file());
    Matcher head = HEAD.matcher(text);
    assertThat(head.lookingAt()).as("head of %s.lua", script.file()).isTrue();
    Set<String> touches =
        Arrays.stream(head.group("touches").split("[^a-z_]+")).collect(Collectors.toSet());
    touches.remove("");
    assertThat(Arrays.stream(Key.values()).map(ScriptTest::shortName)).containsAll(touches);
    for (Key key : Key.values()) {
      if (text.contains(key.luaName() + "(")) {
        assertThat(touches).contains(shortName(key));
      }
    }
  }

  private static String shortName(Key key) {
    return key.luaName().replace("_key", "");
  }

  @Test
  void each_file_is_a_script_or_an_include_and_fits_the_width() throws IOException {
    Set<String> includes = Set.of("lib", "archive", "operations", "record", "steer");
    Set<String> scripts =
        Arrays.stream(Script.values()).map(Script::file).collect(Collectors.toSet());
    try (var files = Files.list(FOLDER)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString().replace(".lua", "");
        assertThat(includes.contains(name) || scripts.contains(name)).as(name).isTrue();
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).as(name).allMatch(line -> line.length() <= MAX_COLUMNS);
      }
    }
  }
}
