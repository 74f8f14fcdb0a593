package io.dsxconnect.core.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.FakeScanner;
import io.dsxconnect.core.RawConnector;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.RunningStages;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.CircuitBreakers;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.http.client.Target;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An unavailable scanner uses up no attempts; a file that the scanner alone refuses still ends. */
class ScannerRefusalsTest extends RedisFixture {
  private static final int FILES = 20;

  private Ledger ledger() {
    return new Jobs(redis).find("J").orElseThrow().ledger();
  }

  private void accept(String url, String... locations) {
    new Intake(redis, () -> UUID.randomUUID().toString())
        .accept(
            "J",
            Arrays.stream(locations)
                .map(l -> ScanRequest.of(l, l).withConnector(null, url))
                .toList());
  }

  private void awaitEnd(int files) {
    Jobs jobs = new Jobs(redis);
    jobs.enqueueDone("J", new Jobs.Listed(files, 0, 0));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> jobs.find("J").map(Job::finished).orElse(false));
    assertThat(ledger().balanced()).isTrue();
  }

  private ScanResult resultOf(String location) {
    return new Results(redis)
        .ofJob("J", 100).stream()
            .filter(r -> r.scanRequest() != null && r.scanRequest().location().equals(location))
            .findFirst()
            .orElseThrow();
  }

  private interface Scenario {
    void run(FakeScanner scanner, RunningStages stages, RawConnector connector);
  }

  private void with(ToIntFunction<String> statuses, Scenario scenario) {
    try (FakeScanner scanner = new FakeScanner(statuses);
        RawConnector connector = new RawConnector(location -> RawConnector.file("clean"));
        RunningStages stages = new RunningStages(server, 1 << 20, scanner.url())) {
      scenario.run(scanner, stages, connector);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {FakeScanner.CLOSES, 502, 404})
  void bug_files_failed_while_something_accepted_connections_for_a_scanner_that_was_down(
      int status) {
    AtomicInteger now = new AtomicInteger(status);
    with(
        metadata -> now.get(),
        (scanner, stages, connector) -> {
          accept(
              connector.url(),
              IntStream.range(0, FILES).mapToObj(i -> "/f" + i).toArray(String[]::new));
          // The first attempts of the files in work, and several probes.
          await().atMost(Duration.ofSeconds(30)).until(() -> scanner.asked.get() >= 6);
          assertThat(ledger().pending()).isEqualTo(FILES);
          now.set(200);
          awaitEnd(FILES);
          assertThat(ledger().benign()).isEqualTo(FILES);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 503})
  void bug_a_file_that_alone_was_refused_never_ended_and_held_up_all_others(int status) {
    with(
        metadata -> metadata.contains("/odd") ? status : 200,
        (scanner, stages, connector) -> {
          accept(connector.url(), "/odd", "/a", "/b", "/c");
          awaitEnd(4);
          assertThat(ledger().benign()).isEqualTo(3);
          ScanResult odd = resultOf("/odd");
          assertThat(odd.status().wire()).isEqualTo("not scanned");
          assertThat(odd.reason())
              .contains("refused this file 3 times while it took others", "HTTP " + status);
        });
  }

  @Test
  void a_file_that_brings_the_scanner_down_each_time_ends_as_failed() {
    AtomicInteger down = new AtomicInteger();
    with(
        metadata -> {
          if (metadata.contains("/poison")) {
            down.set(1);
            return FakeScanner.CLOSES;
          }
          return down.getAndDecrement() > 0 ? FakeScanner.CLOSES : 200;
        },
        (scanner, stages, connector) -> {
          accept(connector.url(), "/poison");
          awaitEnd(1);
          assertThat(ledger().failed()).isEqualTo(1);
          assertThat(resultOf("/poison").reason())
              .contains("the scanner became unavailable each of the");
        });
  }

  @Test
  void bug_a_long_retry_after_held_up_files_after_the_scanner_was_moved() {
    with(
        metadata -> 503,
        (scanner, stages, connector) -> {
          scanner.retryAfter("9999");
          accept(connector.url(), "/a");
          await()
              .atMost(Duration.ofSeconds(30))
              .until(() -> stages.breakers().isOpen(CircuitBreakers.STAGE));
          stages.scanner().moveTo(Target.parse(stages.standin().url()).orElseThrow());
          awaitEnd(1);
          assertThat(ledger().benign()).isEqualTo(1);
          assertThat(scanner.asked.get()).isLessThan(6);
        });
  }
}
