package io.dsxconnect.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.app.command.ConfigCommand;
import io.dsxconnect.app.command.SampleFolder;
import io.dsxconnect.contract.ReportRow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WholePipelineTest {
  @TempDir Path temp;

  record Outcome(int code, String errors) {}

  static Outcome run(String... args) {
    StringWriter errors = new StringWriter();
    int code = Dsx.commandLine(Map.of()).setErr(new PrintWriter(errors)).execute(args);
    return new Outcome(code, errors.toString());
  }

  @Test
  void the_sample_is_scanned_and_every_file_is_in_the_report() throws Exception {
    Path sample = Files.createDirectory(temp.resolve("sample"));
    SampleFolder.fill(sample);
    Path report = temp.resolve("r.ndjson");
    assertThat(run("scan", "--demo", sample.toString(), "--report", report.toString()).code())
        .isEqualTo(1);
    List<String> lines = Files.readAllLines(report);
    long files;
    try (var all = Files.walk(sample)) {
      files =
          all.filter(p -> Files.isRegularFile(p, java.nio.file.LinkOption.NOFOLLOW_LINKS)).count();
    }
    assertThat(lines).filteredOn(l -> !l.contains("\"location\":null")).hasSize((int) files);
    assertThat(lines)
        .filteredOn(l -> l.contains("\"location\":null"))
        .isNotEmpty()
        .allMatch(l -> l.contains("\"status\":\"left out\""));
    assertThat(lines).filteredOn(l -> l.contains("\"verdict\":\"Malicious\"")).hasSize(2);
    assertThat(lines).anyMatch(l -> l.contains("file:///") && l.contains("%FF%FE"));
  }

  @Test
  void a_clean_folder_exits_with_0_and_csv_is_written() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("clean"));
    Files.writeString(folder.resolve("=a.txt"), "clean");
    Path report = temp.resolve("r.csv");
    assertThat(run("scan", "--demo", folder.toString(), "--report", report.toString()).code())
        .isZero();
    assertThat(Files.readAllLines(report)).hasSize(2).anyMatch(l -> l.contains(",Benign,"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "=1+1 | \"'=1+1\"",
        "＝1 | \"'＝1\"",
        "` =1` | \"' =1\"",
        "a;=HYPERLINK(1) | \"a;=HYPERLINK(1)\"",
        "-1 | \"'-1\"",
        "Benign | Benign",
        "/srv/a.txt | /srv/a.txt",
      })
  void bug_a_spreadsheet_took_a_file_name_for_a_formula(String name, String cell) {
    assertThat(ReportRow.cell(name)).isEqualTo(cell);
  }

  @ParameterizedTest
  @CsvSource({
    "'scan /no/such/folder --demo','does not exist'",
    "'scan','PATH'",
    "'scan /tmp','no scanner is configured'",
    "'scan /tmp --demo --report x.txt','.ndjson or .csv'",
    "'scan /tmp --demo --filter a/../b','leaves the asset'",
    "'quickstart /no/such/folder','does not exist'",
    "'worker -Q nonsense','no queue is named'",
    "'worker -Q scan_result_queue --autoscale 1','MAX,MIN'",
    "'worker','--queues'",
    "'api --prot 1','--prot'",
    "'connector','filesystem'",
    "'nonsense','nonsense'",
    "'scanner-standin --behave odd','one of'",
    "'config --loglevel loud','debug, info, warning or error'",
  })
  void a_wrong_use_is_one_line_that_names_the_remedy_and_exits_with_2(
      String arguments, String message) {
    Outcome outcome = run(arguments.split(" "));
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.errors()).contains(message).hasLineCount(1);
  }

  @Test
  void the_reference_page_of_the_settings_is_current() throws Exception {
    List<String> file = Files.readString(Path.of("../docs/settings.md")).lines().toList();
    List<String> page = ConfigCommand.referencePage().lines().toList();
    int same = 0;
    while (same < Math.min(file.size(), page.size()) && file.get(same).equals(page.get(same))) {
      same++;
    }
    assertThat(file.subList(same, Math.min(file.size(), same + 1)))
        .as("first other line; run ./dsx config --reference > docs/settings.md")
        .isEqualTo(page.subList(same, Math.min(page.size(), same + 1)));
  }

  @Test
  void a_port_in_use_is_reported_in_one_line() throws Exception {
    try (java.net.ServerSocket taken = new java.net.ServerSocket(0)) {
      Outcome outcome = run("scanner-standin", "--port", "" + taken.getLocalPort());
      assertThat(outcome.code()).isEqualTo(2);
      assertThat(outcome.errors()).contains("is in use").hasLineCount(1);
    }
  }
}
