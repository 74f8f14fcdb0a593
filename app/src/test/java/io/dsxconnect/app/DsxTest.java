package io.dsxconnect.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every command names what it does not understand. */
class DsxTest {

  static Stream<List<String>> commands() {
    List<List<String>> found = new ArrayList<>();
    add(Dsx.commandLine(Map.of()), List.of(), found);
    return found.stream();
  }

  private static void add(CommandLine line, List<String> path, List<List<String>> found) {
    found.add(path);
    line.getSubcommands()
        .forEach(
            (name, command) ->
                add(command, Stream.concat(path.stream(), Stream.of(name)).toList(), found));
  }

  /** Standard error of a command that is refused. */
  private static String refusal(List<String> command, String... more) {
    CommandLine line = Dsx.commandLine(Map.of());
    StringWriter err = new StringWriter();
    line.setErr(new PrintWriter(err));
    int code =
        line.execute(Stream.concat(command.stream(), Stream.of(more)).toArray(String[]::new));
    assertThat(code).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    return err.toString();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void bug_a_missing_parameter_hid_an_unknown_option(List<String> command) {
    String name = String.join(" ", Stream.concat(Stream.of("dsx"), command.stream()).toList());
    assertThat(refusal(command, "--hel"))
        .startsWith("dsx: Unknown option: '--hel'")
        .contains("did you mean", "--help")
        .endsWith("(see '" + name + " --help')\n");
  }

  @Test
  void an_unknown_option_before_a_command_is_named() {
    assertThat(refusal(List.of("--nosuch", "scan"))).contains("Unknown option: '--nosuch'");
  }

  @Test
  void a_misspelled_command_is_named_with_similar_ones() {
    assertThat(refusal(List.of("scam"))).contains("'scam'", "did you mean scan");
  }

  @Test
  void what_is_missing_is_named() {
    assertThat(refusal(List.of("scan"))).contains("Missing required parameter: 'PATH'");
  }
}
