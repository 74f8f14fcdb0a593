package io.dsxconnect.core.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.FakeScanner;
import io.dsxconnect.core.RawConnector;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.connector.ConnectorAddresses;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.CircuitBreakers;
import io.dsxconnect.core.queue.Concurrency;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.queue.Origins;
import io.dsxconnect.core.queue.RedisStageQueue;
import io.dsxconnect.core.queue.RefusalPolicy;
import io.dsxconnect.core.queue.RetryPolicy;
import io.dsxconnect.core.queue.Slots;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.StageHandler;
import io.dsxconnect.core.queue.Worker;
import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.core.result.ResultStage;
import io.dsxconnect.core.scanner.DsxaScanner;
import io.dsxconnect.core.scanner.ScannerSettings;
import io.dsxconnect.core.stage.StageContext;
import io.dsxconnect.settings.Settings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A file whose slot was lent while scans are slow. */
class LentSlotTest extends RedisFixture {
  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final RetryPolicy NO_RETRIES =
      new RetryPolicy(0, Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofMillis(50));

  private final AtomicLong nanos = new AtomicLong();
  private final Slots slots = new Slots(Concurrency.fixed(1), nanos::get, Duration.ofMillis(200));
  private final CountDownLatch connectorAnswers = new CountDownLatch(1);
  private final CountDownLatch scannerAnswers = new CountDownLatch(1);

  private static void awaitOpen(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String answerSlowly(String location) {
    awaitOpen(connectorAnswers);
    return RawConnector.file("A".repeat(500));
  }

  private int scanSlowly(String metadata) {
    if (metadata.contains("/fast")) {
      awaitOpen(scannerAnswers);
    }
    return 200;
  }

  private Worker worker(Stage stage, StageHandler handler, Slots slots, CircuitBreakers breakers) {
    return new Worker(
            new RedisStageQueue(redis, stage, "w1", LEASE),
            handler,
            slots,
            breakers,
            new Semaphore(1))
        .start();
  }

  private Worker scanWorker(ConnectorClient client, DsxaScanner scanner) {
    CircuitBreakers breakers = new CircuitBreakers(System::nanoTime);
    StageContext context =
        new StageContext(
            client,
            new ConnectorAddresses(uuid -> Optional.empty(), System::nanoTime),
            new Origins(redis),
            NO_RETRIES,
            breakers);
    return worker(
        Stage.SCAN,
        new ScanStage(context, scanner, slots, RefusalPolicy.DEFAULT, 0, () -> "guid"),
        slots,
        breakers);
  }

  private Worker resultWorker() {
    return worker(
        Stage.RESULT,
        new ResultStage(new Origins(redis), InstantSource.system(), -1, false),
        new Slots(Concurrency.fixed(1), MonotonicClock.SYSTEM),
        new CircuitBreakers(System::nanoTime));
  }

  private void accept(String job, String location, RawConnector connector) {
    ScanRequest request = ScanRequest.of(location, location).withConnector(null, connector.url());
    new Intake(redis, () -> job + "-task").accept(job, List.of(request));
  }

  private Ledger ledger(String job) {
    return new Jobs(redis).find(job).orElseThrow().ledger();
  }

  /** The connector cut the answer that stayed unread, so a healthy file was Not Scanned. */
  @Test
  void bug_a_healthy_file_whose_slot_was_lent_used_up_an_attempt() {
    try (RawConnector slow = new RawConnector(this::answerSlowly);
        RawConnector fast = new RawConnector(location -> RawConnector.file("B"));
        FakeScanner scanner = new FakeScanner(this::scanSlowly);
        ConnectorClient client = new ConnectorClient(Duration.ofSeconds(30));
        DsxaScanner dsxa =
            new DsxaScanner(
                ScannerSettings.from(
                    new Settings(Map.of("DSXCONNECT_SCANNER__BASE_URL", scanner.url()))));
        Worker scans = scanWorker(client, dsxa);
        Worker results = resultWorker()) {
      accept("S", "/slow", slow);
      await().untilAsserted(() -> assertThat(slow.asked).hasSize(1));
      accept("F", "/fast", fast);
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
      await().untilAsserted(() -> assertThat(scanner.asked).hasValue(1));
      connectorAnswers.countDown();
      await().untilAsserted(() -> assertThat(scans.inFlight()).isEqualTo(1));
      assertThat(ledger("S").pending()).isEqualTo(1);
      scannerAnswers.countDown();
      await().untilAsserted(() -> assertThat(ledger("S").benign()).isEqualTo(1));
      await().untilAsserted(() -> assertThat(ledger("F").benign()).isEqualTo(1));
      assertThat(slow.asked).hasSize(2);
      assertThat(results.working()).isTrue();
    } finally {
      connectorAnswers.countDown();
      scannerAnswers.countDown();
    }
  }
}
