package io.dsxconnect.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.core.FakeScanner;
import io.dsxconnect.core.TestClock;
import io.dsxconnect.core.queue.CircuitBreakers;
import io.dsxconnect.core.scanner.DsxaScanner;
import io.dsxconnect.core.scanner.Scanner;
import io.dsxconnect.core.scanner.ScannerSettings;
import io.dsxconnect.core.scanner.ScannerWatch;
import io.dsxconnect.settings.Settings;
import io.dsxconnect.standin.Standin;
import io.dsxconnect.standin.StandinSettings;
import io.dsxconnect.testing.Ports;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a scan worker reports of a scanner over real HTTP. */
class ScannerReporterTest {
  private final TestClock clock = new TestClock();
  private final CircuitBreakers breakers = new CircuitBreakers(clock::nanos);
  private final AtomicInteger status = new AtomicInteger(200);
  private final FakeScanner fake = new FakeScanner(metadata -> status.get());
  private DsxaScanner scanner = at(fake.url());
  private ScannerWatch watch = new ScannerWatch(scanner, clock::nanos);

  @AfterEach
  void close() {
    scanner.close();
    fake.close();
  }

  private static DsxaScanner at(String url) {
    return new DsxaScanner(
        ScannerSettings.from(
            new Settings(
                Map.of(
                    "DSXCONNECT_SCANNER__BASE_URL",
                    url,
                    "DSXCONNECT_SCANNER__AUTH_TOKEN",
                    "s3cret-token"))));
  }

  private ScannerReporter reporter() {
    return new ScannerReporter(watch, breakers, () -> scanner.base().toString(), false, clock);
  }

  private void scanOne() throws Exception {
    scan("/a");
  }

  private void scan(String location) throws Exception {
    var ignored =
        watch.scan(
            new Scanner.Submission(
                new ByteArrayInputStream(new byte[] {1, 2, 3}), 3, "file-loc:" + location, null));
  }

  @Test
  void a_state_begins_when_it_changes_and_not_when_it_is_reported() throws Exception {
    ScannerReporter reporter = reporter();
    assertThat(reporter.report().state()).isEqualTo(ScannerState.UNKNOWN);
    clock.advance(Duration.ofSeconds(5));
    scanOne();
    ScannerReport ready = reporter.report();
    assertThat(ready.state()).isEqualTo(ScannerState.READY);
    assertThat(ready.reason()).isNull();
    assertThat(ready.instance().address()).isEqualTo(fake.url());
    assertThat(ready.toString()).doesNotContain("s3cret-token");
    clock.advance(Duration.ofSeconds(5));
    assertThat(reporter.report().since()).isEqualTo(ready.since());
  }

  @Test
  void a_scanner_that_refuses_some_files_is_busy_for_a_minute() throws Exception {
    ScannerReporter reporter = reporter();
    status.set(429);
    scanOne();
    scanOne();
    status.set(200);
    scanOne();
    ScannerReport busy = reporter.report();
    assertThat(busy.state()).isEqualTo(ScannerState.BUSY);
    assertThat(busy.reason()).contains("429");
    assertThat(busy.recent().busyPerMinute()).isEqualTo(2);
    clock.advance(Duration.ofSeconds(61));
    scanOne();
    assertThat(reporter.report().state()).isEqualTo(ScannerState.READY);
    assertThat(reporter.report().recent().busyPerMinute()).isZero();
  }

  @Test
  void an_error_on_one_file_does_not_make_the_scanner_unavailable() throws Exception {
    ScannerReporter reporter = reporter();
    status.set(500);
    scanOne();
    assertThat(reporter.report().state()).isEqualTo(ScannerState.READY);
  }

  @Test
  void bug_a_scanner_that_failed_on_every_file_was_ready() throws Exception {
    ScannerReporter reporter = reporter();
    scan("/good");
    assertThat(reporter.report().state()).isEqualTo(ScannerState.READY);
    clock.advance(Duration.ofSeconds(60));
    status.set(500);
    for (int attempt = 0; attempt < 5; attempt++) {
      scan("/a");
      scan("/b");
    }
    assertThat(reporter.report().state())
        .as("two files may be the cause themselves")
        .isEqualTo(ScannerState.READY);
    scan("/c");
    ScannerReport failing = reporter.report();
    assertThat(failing.state()).isEqualTo(ScannerState.FAILING);
    assertThat(failing.reason()).contains("500");
    assertThat(failing.recent().filesPerMinute()).isEqualTo(11);
    assertThat(failing.recent().failedPerMinute()).isEqualTo(11);
    status.set(200);
    scan("/a");
    assertThat(reporter.report().state()).isEqualTo(ScannerState.READY);
    assertThat(reporter.report().recent().filesPerMinute()).isEqualTo(12);
    clock.advance(Duration.ofSeconds(61));
    assertThat(reporter.report().recent().failedPerMinute()).isZero();
  }

  @Test
  void files_that_fail_beside_others_do_not_make_the_scanner_fail() throws Exception {
    ScannerReporter reporter = reporter();
    for (String bad : new String[] {"/a", "/b", "/c", "/d"}) {
      status.set(500);
      scan(bad);
      status.set(200);
      scan("/good");
      clock.advance(Duration.ofSeconds(30));
    }
    status.set(500);
    scan("/e");
    assertThat(reporter.report().state()).isEqualTo(ScannerState.READY);
  }

  @Test
  void an_open_breaker_means_that_all_files_wait_and_gives_the_reason() throws Exception {
    ScannerReporter reporter = reporter();
    scanOne();
    breakers.open(CircuitBreakers.STAGE, "nothing answers at \u001b[31m", null, () -> false);
    ScannerReport report = reporter.report();
    assertThat(report.state()).isEqualTo(ScannerState.UNAVAILABLE);
    assertThat(report.breakerOpen()).isTrue();
    assertThat(report.reason()).startsWith("nothing answers at").doesNotContain("\u001b");
  }

  @Test
  void a_scanner_that_is_not_asked_is_probed_every_30_s() {
    ScannerReporter reporter = reporter();
    reporter.probeIfSilent();
    await().until(() -> reporter.report().state() == ScannerState.READY);
    assertThat(fake.asked).hasValue(1);
    clock.advance(Duration.ofSeconds(29));
    reporter.probeIfSilent();
    assertThat(fake.asked).hasValue(1);
    status.set(401);
    clock.advance(Duration.ofSeconds(1));
    await()
        .until(
            () -> {
              reporter.probeIfSilent();
              return reporter.report().state() == ScannerState.UNAVAILABLE;
            });
    assertThat(fake.asked).hasValue(2);
  }

  @Test
  void a_scanner_that_is_down_is_found_without_a_file() {
    scanner.close();
    scanner = at("http://127.0.0.1:" + Ports.free());
    watch = new ScannerWatch(scanner, clock::nanos);
    ScannerReporter reporter = reporter();
    reporter.probeIfSilent();
    await().until(() -> reporter.report().state() == ScannerState.UNAVAILABLE);
    assertThat(reporter.report().instance().engine()).isNull();
  }

  @Test
  void the_stand_in_is_named_as_one_with_its_engine_and_times() throws Exception {
    try (Standin standin = Standin.start("127.0.0.1", 0, StandinSettings.DEFAULT)) {
      scanner.moveTo(ScannerSettings.baseOf(standin.url()).orElseThrow());
      watch.forget();
      scanOne();
      ScannerReport report = reporter().report();
      assertThat(report.instance().demo()).isTrue();
      assertThat(report.instance().engine()).startsWith("stand-in");
      assertThat(report.recent().latency()).isNotNull();
    }
  }
}
