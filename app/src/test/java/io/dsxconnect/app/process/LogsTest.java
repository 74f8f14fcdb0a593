package io.dsxconnect.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogsTest {
  @ParameterizedTest
  @CsvSource({
    "debug, FINE",
    "info, INFO",
    "warning, WARNING",
    "warn, WARNING",
    "Error, SEVERE",
    "' WARN ', WARNING"
  })
  void a_level_has_a_name_in_any_case(String name, String level) {
    assertThat(Logs.level(name)).contains(Level.parse(level));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "loud", "critical", "0", "SEVERE", "info,debug"})
  void bug_an_unknown_level_was_taken_for_info(String name) {
    assertThat(Logs.level(name)).isEmpty();
  }

  @Test
  void bug_l3_a_message_in_a_stack_trace_forged_a_line() {
    Level before = Logger.getLogger("").getLevel();
    PrintStream stderr = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try {
      System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
      Logs.configure(Level.WARNING);
      IllegalStateException cause = new IllegalStateException("a\r2026-01-01 INFO forged\u001b[2J");
      Logger.getLogger("test")
          .log(Level.SEVERE, "it failed", new IllegalStateException("b\n2026-01-01 forged", cause));
    } finally {
      System.setErr(stderr);
      Logs.configure(before);
    }
    List<String> lines = written.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines.getFirst()).contains("SEVERE", "it failed");
    assertThat(lines).hasSizeGreaterThan(5);
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith("  "));
    assertThat(lines).noneMatch(line -> line.indexOf(0x1b) >= 0);
  }

  @Test
  void bug_a_scan_that_ended_during_a_handshake_with_Redis_printed_a_stack_trace() {
    Logger root = Logger.getLogger("");
    Level before = root.getLevel();
    Logs.configure(Level.WARNING);
    try {
      assertThat(
              Logger.getLogger("io.netty.util.concurrent.DefaultPromise.rejectedExecution")
                  .isLoggable(Level.SEVERE))
          .isFalse();
      assertThat(Logger.getLogger("io.netty.channel").isLoggable(Level.SEVERE)).isTrue();
    } finally {
      Logs.configure(before);
    }
  }
}
