package io.dsxconnect.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.app.process.Logs;
import io.dsxconnect.app.wiring.CoreSettings;
import io.dsxconnect.settings.StartFailure;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SharedOptionsTest {
  private static final Map<String, String> NONE = Map.of();
  private static final CoreSettings NO_SCANNER = CoreSettings.from(NONE);
  private static final CoreSettings SCANNER =
      CoreSettings.from(Map.of("DSXCONNECT_SCANNER__BASE_URL", "http://127.0.0.1:5000"));

  private static ListenOptions listen(Object command, ListenOptions options, String... args) {
    new CommandLine(command).parseArgs(args);
    return options;
  }

  @Test
  void bug_h7_a_server_that_was_started_by_hand_listened_on_every_address() {
    ApiCommand api = new ApiCommand(NONE);
    assertThat(listen(api, api.listen))
        .extracting(listen -> listen.host, listen -> listen.port)
        .containsExactly("127.0.0.1", 8586);
    AllInOneCommand all = new AllInOneCommand(NONE);
    assertThat(listen(all, all.listen))
        .extracting(listen -> listen.host, listen -> listen.port)
        .containsExactly("127.0.0.1", 8586);
    StandinCommand standin = new StandinCommand(NONE);
    assertThat(listen(standin, standin.listen))
        .extracting(listen -> listen.host, listen -> listen.port)
        .containsExactly("127.0.0.1", 5000);
    ConnectorCommand.Filesystem connector = new ConnectorCommand.Filesystem(NONE);
    assertThat(listen(connector, connector.listen))
        .extracting(listen -> listen.host, listen -> listen.port)
        .containsExactly("127.0.0.1", 8620);
    WorkerCommand worker = new WorkerCommand(NONE);
    new CommandLine(worker).parseArgs("-Q", "scan_request_queue");
    assertThat(worker.listen.host).isEqualTo("127.0.0.1");
    assertThat(listen(connector, connector.listen, "--host", "::1", "--port", "0"))
        .extracting(listen -> listen.host, listen -> listen.port)
        .containsExactly("::1", 0);
  }

  @Test
  void help_shows_the_default_of_the_command() {
    assertThat(new CommandLine(new StandinCommand(NONE)).getUsageMessage())
        .contains("default: 127.0.0.1", "default: 5000");
    assertThat(new CommandLine(new AllInOneCommand(NONE)).getUsageMessage())
        .contains("default: 127.0.0.1", "default: 8586");
  }

  @Test
  void a_scanner_or_demo_is_required() {
    ScannerOptions options = new ScannerOptions();
    options.require(SCANNER);
    assertThatThrownBy(() -> options.require(NO_SCANNER))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("DSXCONNECT_SCANNER__BASE_URL")
        .hasMessageContaining("--demo");
    options.demo = true;
    options.require(NO_SCANNER);
    assertThat(options.missing(NO_SCANNER)).isEmpty();
  }

  @Test
  void commands_for_people_log_warnings_only_unless_asked() {
    Logger root = Logger.getLogger("");
    Level before = root.getLevel();
    try {
      LogOption people = LogOption.forPeople();
      people.level(" ");
      assertThat(root.getLevel()).isEqualTo(Level.WARNING);
      people.level("info");
      assertThat(root.getLevel()).isEqualTo(Level.INFO);
      new LogOption().level("");
      assertThat(root.getLevel()).isEqualTo(Level.INFO);
    } finally {
      Logs.configure(before);
    }
  }
}
