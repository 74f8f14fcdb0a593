package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code quickstart} and {@code scan}: no process and no file of the pipeline stays at the end. */
class LocalRunIT {
  /** Runs in its own process group with default signals, as an interactive shell does. */
  private static final List<String> LIKE_A_SHELL =
      List.of("setsid", "env", "--default-signal=INT,TERM");

  @TempDir Path temp;
  private Path left;

  @BeforeEach
  void makeTemporaryFolder() throws IOException {
    left = Files.createDirectory(temp.resolve("tmp"));
  }

  @Test
  void quickstart_scans_its_sample_and_the_ledger_balances() throws Exception {
    try (DsxProcess dsx = DsxCommand.dsx("quickstart", "--exit").byScript().temp(left).start()) {
      assertThat(dsx.exit()).as(dsx.out() + dsx.err()).isZero();
      assertThat(dsx.out()).contains("the ledger balances").contains("NOT a scanner");
      assertThat(row(dsx.out(), "malicious")).isEqualTo(2);
      assertThat(row(dsx.out(), "non compliant")).isEqualTo(1);
      assertThat(row(dsx.out(), "accepted"))
          .isEqualTo(row(dsx.out(), "benign (demo)") + 3)
          .isGreaterThan(50);
    }
    assertThat(left).isEmptyDirectory();
  }

  @Test
  void bug_log_lines_stood_between_the_progress_and_after_the_summary_of_a_scan() throws Exception {
    Path folder = TestFiles.small(temp.resolve("folder"), 300);
    String[] scan = {"scan", "--demo", folder.toString()};
    try (DsxProcess quick =
            DsxCommand.dsx("quickstart", "--exit", folder.toString()).temp(left).start();
        DsxProcess quiet = DsxCommand.dsx(scan).temp(left).start();
        DsxProcess asked = DsxCommand.dsx(scan).env("LOG_LEVEL", "info").temp(left).start()) {
      assertThat(quick.exit()).as(quick.err()).isZero();
      assertThat(quiet.exit()).as(quiet.err()).isZero();
      assertThat(asked.exit()).as(asked.err()).isZero();
      assertThat(quick.err()).doesNotContain(" INFO ", " WARNING ");
      assertThat(quick.out()).contains("NOT a scanner");
      assertThat(quiet.err()).doesNotContain(" INFO ", " WARNING ").contains("NOT a scanner");
      assertThat(asked.err()).contains(" INFO ");
    }
  }

  @Test
  void bug_a_scan_found_its_own_report_and_temporary_files() throws Exception {
    Path folder = TestFiles.small(temp.resolve("folder"), 3);
    Path own = Files.createDirectory(folder.resolve("tmp"));
    Path report = folder.resolve("report.ndjson");
    for (int run = 0; run < 2; run++) {
      try (DsxProcess dsx =
          DsxCommand.dsx("scan", folder.toString(), "--demo", "--report", report.toString())
              .temp(own)
              .start()) {
        assertThat(dsx.exit()).as(dsx.out() + dsx.err()).isZero();
        assertThat(row(dsx.out(), "accepted")).isEqualTo(3);
      }
    }
  }

  private static long row(String table, String name) {
    return Pattern.compile("(?m)^ +" + Pattern.quote(name) + " +([0-9]+)$")
        .matcher(table)
        .results()
        .map(found -> Long.parseLong(found.group(1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row " + name + " in " + table));
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void a_signal_ends_quickstart_cleanly_and_leaves_nothing(String signal) throws Exception {
    Path folder = TestFiles.small(temp.resolve("folder"), 3);
    try (DsxProcess dsx =
        DsxCommand.dsx("quickstart", folder.toString())
            .byScript()
            .through(LIKE_A_SHELL)
            .temp(left)
            .start()) {
      dsx.ready();
      List<ProcessHandle> children = dsx.children();
      assertThat(children).as("its Redis").isNotEmpty();
      send(dsx, signal);
      assertThat(dsx.exit()).as(dsx.err()).isZero();
      assertNothingIsLeft(children);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void a_signal_ends_a_scan_without_a_verdict_and_leaves_nothing(String signal) throws Exception {
    Path folder = TestFiles.small(temp.resolve("folder"), 300);
    Path report = temp.resolve("report.ndjson");
    try (DsxProcess scanner =
        DsxCommand.dsx("scanner-standin", "--port", "0", "--delay", "1000").temp(temp).start()) {
      String url = scanner.ready();
      try (DsxProcess dsx =
          DsxCommand.dsx(
                  "scan", folder.toString(), "--report", report.toString(), "--loglevel", "info")
              .env("DSXCONNECT_SCANNER__BASE_URL", url)
              .byScript()
              .through(LIKE_A_SHELL)
              .temp(left)
              .start()) {
        dsx.awaitOutput("files sent");
        List<ProcessHandle> children = dsx.children();
        assertThat(children).as("its Redis").isNotEmpty();
        send(dsx, signal);
        assertThat(dsx.exit()).as("neither clean nor found: " + dsx.err()).isNotIn(0, 1, 3);
        assertNothingIsLeft(children);
        assertThat(report).doesNotExist();
        assertThat(temp.resolve("report.ndjson.part")).doesNotExist();
      }
    }
  }

  private static void send(DsxProcess dsx, String signal) {
    if (signal.equals("INT")) {
      dsx.interruptGroup();
    } else {
      dsx.terminateGroup();
    }
  }

  private void assertNothingIsLeft(List<ProcessHandle> children) throws IOException {
    await("its processes have ended")
        .atMost(DsxProcess.PATIENCE)
        .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    try (Stream<Path> entries = Files.list(left)) {
      assertThat(entries.map(entry -> entry.getFileName().toString()))
          .noneMatch(name -> name.startsWith("dsx-run") || name.startsWith("dsx-redis"));
    }
  }

  @Test
  void a_scan_of_20000_files_reports_each_once_in_a_heap_of_128_MiB() throws Exception {
    int count = 20_000;
    Path folder = TestFiles.small(temp.resolve("many"), count);
    Path report = temp.resolve("report.ndjson");
    try (DsxProcess dsx =
        DsxCommand.dsx("scan", "--demo", folder.toString(), "--report", report.toString())
            .jvm("-Xmx128m")
            .temp(left)
            .start()) {
      assertThat(dsx.exit()).as(dsx.out() + dsx.err()).isZero();
      assertThat(row(dsx.out(), "accepted")).isEqualTo(count);
      System.out.println(
          "scan of 20,000 files:"
              + dsx.out().replaceAll("(?s).*\n( +[0-9.]+ MB in [^\n]*).*", "$1"));
    }
    ObjectMapper json = new ObjectMapper();
    Set<String> reported = new HashSet<>();
    for (String line : Files.readAllLines(report)) {
      JsonNode row = json.readTree(line);
      assertThat(row.path("verdict").asText()).isEqualTo("Benign");
      assertThat(reported.add(row.path("location").asText())).as(line).isTrue();
    }
    assertThat(reported).isEqualTo(TestFiles.in(folder));
  }
}
