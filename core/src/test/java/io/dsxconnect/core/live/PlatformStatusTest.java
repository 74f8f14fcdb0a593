package io.dsxconnect.core.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.attention.Attention;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.worker.Reports;
import io.dsxconnect.core.worker.ScannerState;
import io.dsxconnect.core.worker.WorkerReports;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The state of the platform, from a real Redis. */
class PlatformStatusTest extends RedisFixture {
  private final AtomicLong nanos = new AtomicLong(1);
  private final AtomicInteger readings = new AtomicInteger();
  private Registry registry;
  private PlatformStatus status;

  @BeforeEach
  void create() {
    registry = new Registry(redis, InstantSource.system(), "dev", url -> false);
    Attention attention =
        new Attention(
            redis,
            List.of(
                () -> {
                  readings.incrementAndGet();
                  return List.of();
                }),
            nanos::get);
    status = new PlatformStatus(redis, registry, attention, true, nanos::get);
  }

  private void passes(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private void scanned(int files, int bytes) {
    String stats = redis.keys().of(Key.STATS);
    redis.call(c -> c.hincrby(stats, "benign", files));
    redis.call(c -> c.hincrby(stats, "bytes", bytes));
  }

  @Test
  void it_has_stages_dead_letters_connectors_and_redis() {
    registry.register(
        ConnectorInstance.builder("a", "http://a/a")
            .uuid("2c81d259-0000-4000-8000-000000000001")
            .status(ConnectorStatus.READY)
            .build());
    registry.register(
        ConnectorInstance.builder("b", "http://b/b")
            .uuid("2c81d259-0000-4000-8000-000000000002")
            .build());
    redis.call(
        c -> c.xadd(redis.keys().of(Key.DEAD, Stage.SCAN.deadLetters()), Map.of("item", "{}")));
    WorkerReports workers = new WorkerReports(redis);
    Reports.publish(
        workers, Reports.of("w1", Stage.SCAN.queue(), Reports.scanner(ScannerState.BUSY, 1_000)));
    Reports.publish(
        workers, Reports.of("w2", Stage.SCAN.queue(), Reports.scanner(ScannerState.READY, 1_000)));
    new Intake(redis, () -> "t").accept("J", List.of(ResultEvents.request("t")));
    LiveStatus.Report report = status.read();
    assertThat(report.stages()).hasSize(4);
    assertThat(report.stages().getFirst().queue()).isEqualTo("scan_request_queue");
    assertThat(report.stages().getFirst().waiting()).isEqualTo(1);
    assertThat(report.stages().getFirst().tasks()).isEqualTo(2);
    assertThat(report.stages().getFirst().limit()).isEqualTo(8);
    assertThat(report.stages().get(1).limit()).isZero();
    assertThat(report.scanner()).isEqualTo(new LiveStatus.Scanner("busy", false, "because"));
    assertThat(report.attention().worst()).isEqualTo("none");
    assertThat(report.fleet().activeJobs()).isEqualTo(1);
    assertThat(report.deadLetters().total()).isEqualTo(1);
    assertThat(report.deadLetters().by()).containsEntry("scan_request", 1L);
    assertThat(report.fleet().connectors().ready()).isEqualTo(1);
    assertThat(report.fleet().connectors().total()).isEqualTo(2);
    assertThat(report.fleet().connectors().gone()).isZero();
    assertThat(report.redis()).isEqualTo(new LiveStatus.Redis(true, 0.0, true));
  }

  @Test
  void the_key_of_the_connectors_changes_with_the_state_of_one() {
    String uuid = "2c81d259-0000-4000-8000-000000000001";
    ConnectorInstance ready =
        ConnectorInstance.builder("a", "http://a/a")
            .uuid(uuid)
            .status(ConnectorStatus.READY)
            .build();
    registry.register(ready);
    String before = connectorsKey();
    assertThat(connectorsKey()).isEqualTo(before);
    String lane = uuid + "-0123456789abcdef";
    redis.call(c -> c.sadd(redis.keys().of(Key.HELD), lane));
    String held = connectorsKey();
    assertThat(held).isNotEqualTo(before);
    redis.call(c -> c.srem(redis.keys().of(Key.HELD), lane));
    assertThat(connectorsKey()).isEqualTo(before);
    registry.register(
        ConnectorInstance.builder("a", "http://a/a")
            .uuid(uuid)
            .status(ConnectorStatus.FAILED)
            .build());
    assertThat(connectorsKey()).isNotIn(before, held);
  }

  private String connectorsKey() {
    passes(Duration.ofSeconds(1));
    return status.read().fleet().connectors().key();
  }

  @Test
  void rates_are_those_of_the_last_10_seconds() {
    scanned(1_000, 5);
    assertThat(status.read().fleet().filesPerSecond()).isNull();
    passes(Duration.ofSeconds(2));
    scanned(30, 500);
    assertThat(status.read().fleet().filesPerSecond()).isEqualTo(15.0);
    assertThat(status.read().fleet().bytesPerSecond()).isEqualTo(250.0);
    for (int i = 0; i < 11; i++) {
      passes(Duration.ofSeconds(1));
      status.read();
    }
    assertThat(status.read().fleet().filesPerSecond()).isZero();
  }

  @Test
  void bug_cancelled_files_were_in_the_rate_and_a_replay_made_it_zero() {
    String stats = redis.keys().of(Key.STATS);
    scanned(10, 0);
    redis.call(c -> c.hincrby(stats, "failed", 100));
    status.read();
    passes(Duration.ofSeconds(2));
    redis.call(c -> c.hincrby(stats, "cancelled", 1_000_000));
    redis.call(c -> c.hincrby(stats, "failed", -100));
    redis.call(c -> c.hincrby(stats, "replayed:failed", 100));
    scanned(30, 500);
    assertThat(status.read().fleet().filesPerSecond()).isEqualTo(15.0);
  }

  @Test
  void it_is_read_once_per_second_whoever_asks() {
    for (int i = 0; i < 50; i++) {
      status.read();
      passes(Duration.ofMillis(100));
    }
    assertThat(readings.get()).isEqualTo(5);
  }

  @Test
  void without_redis_the_last_values_stay_and_rates_are_unknown() {
    scanned(1, 1);
    status.read();
    passes(Duration.ofSeconds(1));
    status.read();
    server.kill();
    try {
      passes(Duration.ofSeconds(1));
      LiveStatus.Report report = status.read();
      assertThat(report.redis()).isEqualTo(new LiveStatus.Redis(false, null, null));
      assertThat(report.stages()).hasSize(4);
      assertThat(report.fleet().filesPerSecond()).isNull();
    } finally {
      server.restart();
    }
  }
}
