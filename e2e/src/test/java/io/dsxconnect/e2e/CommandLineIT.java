package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.testing.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages and exit codes of the command line. */
class CommandLineIT {
  @TempDir Path temp;

  static Stream<Arguments> wrongUses() {
    return Stream.of(
        Arguments.of(List.of("api", "--prot", "1"), Map.of(), "--prot"),
        Arguments.of(List.of("scan", "/no/such/folder", "--demo"), Map.of(), "/no/such/folder"),
        Arguments.of(List.of("scanner-standin", "--port", "70000"), Map.of(), "no port 70000"),
        Arguments.of(List.of("scan", "/tmp"), Map.of(), "DSXCONNECT_SCANNER__BASE_URL"),
        Arguments.of(
            List.of("scan", "/tmp"),
            Map.of("DSXCONNECT_SCANNER__BASE_URL", "http://127.0.0.1:1"),
            "the scanner at http://127.0.0.1:1 does not answer"),
        Arguments.of(
            List.of("scan", "/tmp"),
            Map.of("DSXCONNECT_SCANNER__BASE_URL", "http://169.254.1.1:5000"),
            "169.254.1.1"),
        Arguments.of(
            List.of("config"), Map.of("LOG_LEVEL", "loud"), "debug, info, warning or error"),
        Arguments.of(
            List.of("connector", "filesystem"),
            Map.of("DSXCONNECTOR_ASSET", "/no/such/folder"),
            "/no/such/folder"),
        Arguments.of(
            List.of("worker", "-Q", "scan_request_queue"),
            Map.of(),
            "DSXCONNECT_SCANNER__BASE_URL"));
  }

  @ParameterizedTest
  @MethodSource("wrongUses")
  void a_wrong_use_is_one_line_that_names_the_fault(
      List<String> arguments, Map<String, String> environment, String message) {
    try (DsxProcess dsx =
        DsxCommand.dsx(arguments.toArray(String[]::new)).env(environment).temp(temp).start()) {
      assertThat(dsx.exit()).isEqualTo(2);
      assertThat(dsx.err()).contains(message).hasLineCount(1);
      assertThat(dsx.out()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"'',", "loud,info", "WARN,''"})
  void an_empty_level_is_unset_and_the_option_overrides_the_environment(
      String environment, @Nullable String option) {
    List<String> command = new ArrayList<>(List.of("config"));
    if (option != null) {
      command.add("--loglevel=" + option);
    }
    try (DsxProcess dsx =
        DsxCommand.dsx(command.toArray(String[]::new))
            .env("LOG_LEVEL", environment)
            .temp(temp)
            .start()) {
      assertThat(dsx.exit()).as(dsx.err()).isZero();
      assertThat(dsx.err()).isEmpty();
    }
  }

  @Test
  void a_port_in_use_is_one_line_and_exit_code_2_also_with_the_script() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        DsxProcess dsx =
            DsxCommand.dsx(
                    "scanner-standin", "--host", "127.0.0.1", "--port", "" + taken.getLocalPort())
                .byScript()
                .temp(temp)
                .start()) {
      assertThat(dsx.exit()).isEqualTo(2);
      assertThat(dsx.err()).contains("" + taken.getLocalPort()).hasLineCount(1);
    }
  }

  @Test
  void bug_a_scan_whose_token_the_scanner_refuses_waited_forever() throws Exception {
    Path folder = TestFiles.small(temp.resolve("share"), 1);
    try (DsxProcess standin =
            DsxCommand.dsx("scanner-standin", "--port", "0", "--token", "right")
                .temp(temp)
                .start();
        DsxProcess scan =
            DsxCommand.dsx("scan", folder.toString())
                .env(
                    Map.of(
                        "DSXCONNECT_SCANNER__BASE_URL",
                        standin.ready(),
                        "DSXCONNECT_SCANNER__AUTH_TOKEN",
                        "wrong-4711"))
                .temp(temp)
                .start()) {
      assertThat(scan.exit()).isEqualTo(2);
      assertThat(scan.err())
          .contains("DSXCONNECT_SCANNER__AUTH_TOKEN")
          .doesNotContain("4711")
          .hasLineCount(1);
    }
  }

  @Test
  void a_stand_in_that_is_configured_as_the_scanner_is_logged_once_as_a_warning() throws Exception {
    Path folder = TestFiles.small(temp.resolve("share"), 20);
    try (DsxProcess standin = DsxCommand.dsx("scanner-standin", "--port", "0").temp(temp).start();
        DsxProcess scan =
            DsxCommand.dsx("scan", folder.toString())
                .env("DSXCONNECT_SCANNER__BASE_URL", standin.ready())
                .temp(temp)
                .start();
        DsxProcess demo = scan(folder, Map.of())) {
      assertThat(scan.exit()).as(scan.err()).isZero();
      assertThat(scan.err().lines().filter(line -> line.contains("is the stand-in")))
          .singleElement()
          .asString()
          .contains("WARNING", standin.ready(), "its verdicts are no verdicts");
      assertThat(demo.exit()).as(demo.err()).isZero();
      assertThat(demo.err()).doesNotContain("verdicts are no verdicts");
    }
  }

  @Test
  void the_exit_code_of_a_scan_depends_on_its_findings() throws Exception {
    Path clean = TestFiles.small(temp.resolve("clean"), 3);
    Path malicious = TestFiles.small(temp.resolve("malicious"), 3);
    Files.write(malicious.resolve("eicar.com"), TestFiles.eicar());
    Path large = TestFiles.small(temp.resolve("large"), 3);
    TestFiles.sparse(large.resolve("large.bin"), 3000);
    Map<String, String> limit = Map.of("DSXCONNECT_SCANNER__MAX_FILE_SIZE_BYTES", "2000");

    try (DsxProcess exits0 = scan(clean, limit);
        DsxProcess exits1 = scan(malicious, limit);
        DsxProcess exits3 = scan(large, limit)) {
      assertThat(exits0.exit()).as(exits0.err()).isZero();
      assertThat(exits1.exit()).as(exits1.err()).isEqualTo(1);
      assertThat(exits3.exit()).as(exits3.err()).isEqualTo(3);
      assertThat(List.of(exits0.out(), exits1.out(), exits3.out()))
          .allMatch(out -> out.contains("the ledger balances"));
      assertThat(exits1.out()).contains("MALICIOUS " + malicious.resolve("eicar.com"));
    }
  }

  private DsxProcess scan(Path folder, Map<String, String> environment) {
    return DsxCommand.dsx("scan", "--demo", folder.toString()).env(environment).temp(temp).start();
  }

  @Test
  void an_unreadable_folder_is_named_and_the_scan_exits_with_3() throws Exception {
    try (Unprivileged user = new Unprivileged()) {
      Path folder = TestFiles.small(user.folder().resolve("share"), 3);
      Path secret = Files.createDirectory(folder.resolve("secret"));
      Files.writeString(secret.resolve("a.txt"), "unseen");
      Unprivileged.forbid(secret);
      try (DsxProcess inside = user.start(DsxCommand.dsx("scan", "--demo", folder.toString()));
          DsxProcess itself = user.start(DsxCommand.dsx("scan", "--demo", secret.toString()))) {
        assertThat(inside.exit()).as(inside.out() + inside.err()).isEqualTo(3);
        assertThat(inside.out() + inside.err()).contains(secret.toString());
        assertThat(itself.exit()).as(itself.out() + itself.err()).isEqualTo(2);
        assertThat(itself.err()).contains(secret.toString()).hasLineCount(1);
      }
    }
  }

  @Test
  void an_API_without_Redis_is_alive_not_ready_and_logs_what_it_waits_for() throws Exception {
    int port = Ports.free();
    int unusedPort = Ports.free();
    try (Api client = new Api("http://127.0.0.1:" + port, null);
        DsxProcess api =
            DsxCommand.dsx("api", "--host", "127.0.0.1", "--port", "" + port)
                .env("DSXCONNECT_REDIS_URL", "redis://127.0.0.1:" + unusedPort + "/0")
                .temp(temp)
                .start()) {
      await()
          .atMost(Duration.ofSeconds(40))
          .ignoreExceptionsMatching(e -> e instanceof IOException)
          .untilAsserted(
              () -> assertThat(client.send("GET", "/healthz").statusCode()).isEqualTo(200));
      assertThat(client.send("GET", "/readyz").statusCode()).isEqualTo(503);
      assertThat(client.send("GET", "/scan/jobs").statusCode()).isEqualTo(503);
      api.awaitOutput("waiting");
      assertThat(api.err().lines().filter(line -> line.contains("waiting"))).hasSize(1);
      assertThat(api.out()).doesNotContain("ready");
      assertThat(api.terminate()).isZero();
    }
  }
}
