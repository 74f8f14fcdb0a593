package io.dsxconnect.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.app.command.SampleFolder;
import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.app.wiring.CoreSettings;
import io.dsxconnect.app.wiring.LocalRun;
import io.dsxconnect.contract.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** The remote commands against a real API over HTTP. */
@ResourceLock(Resources.SYSTEM_OUT)
class RemoteCommandsTest {
  @TempDir static Path temp;
  private static Lifetime life;
  private static LocalRun core;
  private static String job;

  @BeforeAll
  static void start() throws Exception {
    life = new Lifetime();
    core = new LocalRun(life, CoreSettings.forLocalRun(Map.of()), 0);
    Path folder = Files.createDirectory(temp.resolve("folder"));
    for (int i = 0; i < 3; i++) {
      Files.writeString(folder.resolve("clean" + i), "clean " + i);
    }
    Files.write(folder.resolve("eicar.com"), SampleFolder.eicar());
    job = core.scan(folder, "");
  }

  @AfterAll
  static void stop() {
    life.close();
  }

  private record Outcome(int code, String out, String err) {}

  private static Outcome run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--url", core.apiUrl()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      int code =
          Dsx.commandLine(Map.of())
              .setErr(new PrintWriter(err))
              .execute(all.toArray(String[]::new));
      return new Outcome(code, out.toString(StandardCharsets.UTF_8), err.toString());
    } finally {
      System.setOut(before);
    }
  }

  @Test
  void watching_a_job_ends_with_its_findings() {
    Outcome watched = run("jobs", "watch", job);
    assertThat(watched.code()).isEqualTo(1);
    assertThat(watched.out())
        .contains("malicious                   1")
        .contains("balances")
        .contains("files: dsx results list --job " + job);
  }

  @Test
  void jobs_are_listed_shown_and_controlled() throws Exception {
    assertThat(run("jobs", "watch", job).code()).isEqualTo(1);
    assertThat(run("jobs", "list", "--status", "completed").out()).contains(job, "BALANCED", "yes");
    JsonNode shown =
        Json.parse(run("jobs", "show", job, "--json").out().getBytes(StandardCharsets.UTF_8));
    assertThat(shown.path("ledger").path("accepted").asInt()).isEqualTo(4);
    assertThat(run("jobs", "cancel", job))
        .isEqualTo(new Outcome(2, "", "dsx: the API refused (409): job_finished\n"));
    assertThat(run("jobs", "pause", "nobody").err()).contains("404", "job_not_found");
  }

  @Test
  void a_scan_is_started_by_the_connectors_name() {
    assertThat(run("jobs", "watch", job).code()).isEqualTo(1);
    assertThat(run("connectors", "list").out()).contains("filesystem-connector", "ready");
    assertThat(run("connectors", "check", "filesystem-connector").code()).isZero();
    assertThat(run("jobs", "start", "filesystem-connector", "--watch", "--force").code())
        .isEqualTo(1);
    assertThat(run("jobs", "start", "nobody").err()).contains("no connector 'nobody'");
  }

  @Test
  void records_are_listed_and_exported_completely() throws Exception {
    assertThat(run("jobs", "watch", job).code()).isEqualTo(1);
    assertThat(run("results", "list", "--job", job, "--verdict", "malicious").out())
        .contains("eicar.com")
        .doesNotContain("clean0");
    Path file = temp.resolve("job.csv");
    assertThat(run("results", "export", "--job", job, "--format", "csv", "--out", "" + file).code())
        .isZero();
    assertThat(Files.readAllLines(file)).hasSize(5);
    assertThat(file.resolveSibling("job.csv.part")).doesNotExist();
    assertThat(run("results", "export", "--job", job).out()).hasLineCount(4);
    assertThat(run("results", "export", "--job", job, "--out", "/no/such/f.csv").err())
        .contains("cannot write /no/such/f.csv: its folder does not exist")
        .hasLineCount(1);
  }

  @Test
  void dead_letters_are_counted_replayed_and_discarded_only_when_confirmed() {
    assertThat(run("dead-letters", "list").out()).contains("scan_request", "DEAD LETTERS");
    assertThat(run("dead-letters", "replay", "scan_request", "--max", "10").out())
        .contains("REPLAYED");
    assertThat(run("dead-letters", "clear", "scan_request").err()).contains("--yes");
    assertThat(run("dead-letters", "clear", "scan_request", "--yes").out())
        .isEqualTo("0 discarded\n");
    assertThat(run("dead-letters", "list", "nonsense").err()).contains("422").hasLineCount(1);
  }

  @Test
  void an_api_that_does_not_answer_is_reported_in_one_line() {
    StringWriter err = new StringWriter();
    int code =
        Dsx.commandLine(Map.of())
            .setErr(new PrintWriter(err))
            .execute("jobs", "list", "--url", "http://127.0.0.1:1");
    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("is the API running").hasLineCount(1);
  }
}
