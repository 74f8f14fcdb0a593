package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The browser tests notice what goes wrong in a page: checked with pages that are wrong. */
@ExtendWith(NeedsChromium.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageFaultsIT {
  private static final Map<String, String> PAGES =
      Map.of(
          "/good", "<title>Good</title>",
          "/inline", "<title>Inline</title><script>window.ran = true</script>",
          "/handler", "<title>Handler</title><img src='data:,' onerror='window.ran = true'>",
          "/elsewhere",
              "<title>Elsewhere</title><script src='http://elsewhere.invalid/a.js'></script>",
          "/missing", "<title>Missing</title><script src='/nothing.js'></script>",
          "/throws", "<title>Throws</title><script src='/throws.js'></script>",
          "/throws.js", "throw new Error('a bug')",
          "/logs", "<title>Logs</title><script src='/logs.js'></script>",
          "/logs.js", "console.error('a worry')",
          "/unnamed",
              "<html lang='en'><title>Unnamed</title><main><h1>A</h1><button></button></main>");

  private HttpServer server;
  private Chromium chromium;

  @BeforeAll
  void start() throws IOException {
    chromium = new Chromium();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          String body = PAGES.getOrDefault(path, "");
          exchange
              .getResponseHeaders()
              .set("Content-Type", path.endsWith(".js") ? "text/javascript" : "text/html");
          exchange
              .getResponseHeaders()
              .set(
                  "Content-Security-Policy",
                  "default-src 'none'; script-src 'self'; img-src 'self'");
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(PAGES.containsKey(path) ? 200 : 404, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.stop(0);
    }
    if (chromium != null) {
      chromium.close();
    }
  }

  private DashboardPage open(String path) {
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    return chromium.visit(url, Look.DESK).open(path);
  }

  @Test
  void a_page_without_a_fault_passes() {
    try (DashboardPage page = open("/good")) {
      assertThatCode(page::assertNoFaults).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/inline, policy: script-src",
    "/handler, policy: script-src-attr",
    "/elsewhere, policy: script-src-elem forbids http://elsewhere.invalid/a.js",
    "/missing, answer: 404 GET",
    "/throws, a bug",
    "/logs, console: a worry",
  })
  void a_fault_fails_its_test(String path, String fault) {
    try (DashboardPage page = open(path)) {
      assertThatThrownBy(page::assertNoFaults).hasMessageContaining(fault);
    }
  }

  @Test
  void an_expected_fault_passes_and_another_does_not() {
    try (DashboardPage page = open("/missing")) {
      page.faults().expect("answer: 404 GET .*/nothing.js");
      assertThatCode(page::assertNoFaults).doesNotThrowAnyException();
      page.open("/logs");
      assertThatThrownBy(page::assertNoFaults).hasMessageContaining("a worry");
    }
  }

  @Test
  void axe_runs_under_the_policy_and_finds_a_button_without_a_name() {
    try (DashboardPage page = open("/unnamed")) {
      assertThat(Axe.findings(page.page())).anyMatch(finding -> finding.contains("button-name"));
      assertThatCode(page::assertNoFaults).doesNotThrowAnyException();
    }
  }
}
