package io.dsxconnect.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.TestClock;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkerReportsTest extends RedisFixture {
  private final TestClock clock = new TestClock();
  private WorkerReports reports;

  @Override
  protected MonotonicClock ticks() {
    return clock;
  }

  @BeforeEach
  void open() {
    reports = new WorkerReports(redis);
  }

  @Test
  void a_report_is_read_as_it_was_published() {
    WorkerReport scan =
        Reports.of("w2", "scan_request_queue", Reports.scanner(ScannerState.BUSY, 5));
    WorkerReport result = Reports.of("w1", "scan_result_queue", null);
    assertThat(reports.publish(result)).isTrue();
    assertThat(reports.publish(scan)).isTrue();
    assertThat(reports.live().stream().map(LiveWorker::report)).containsExactly(scan, result);
  }

  @Test
  void a_worker_is_listed_until_30_s_after_its_last_heartbeat() {
    assertThat(reports.publish(Reports.of("w1", "q", null))).isTrue();
    assertThat(reports.publish(Reports.of("w2", "q", null))).isTrue();
    clock.advance(Duration.ofSeconds(20));
    assertThat(reports.publish(Reports.of("w2", "q", null))).isTrue();
    long seen = reports.live().get(1).lastSeenAt();
    assertThat(reports.live().getFirst().lastSeenAt()).isEqualTo(seen - 20);
    clock.advance(Duration.ofSeconds(10));
    assertThat(reports.live()).extracting(w -> w.report().identity().id()).containsExactly("w2");
  }

  @Test
  void the_last_heartbeat_of_a_queue_outlives_its_workers() {
    assertThat(reports.lastServed("q").lastBeat()).isZero();
    assertThat(reports.publish(Reports.of("w1", "q", null))).isTrue();
    reports.remove("w1");
    clock.advance(Duration.ofSeconds(90));
    WorkerReports.Served served = reports.lastServed("q");
    assertThat(served.now() - served.lastBeat()).isBetween(90_000L, 95_000L);
  }

  @Test
  void bug_a_dead_worker_was_alive_for_as_long_as_the_clock_was_set_back() {
    assertThat(reports.publish(Reports.of("dead", "q", null))).isTrue();
    assertThat(reports.publish(Reports.of("w1", "q", null))).isTrue();
    clock.stepOfRedis(Duration.ofHours(-1));
    assertThat(reports.live()).isEmpty();
    assertThat(reports.lastServed("q").lastBeat()).isZero();
    assertThat(reports.publish(Reports.of("w1", "q", null))).isTrue();
    assertThat(reports.live()).extracting(w -> w.report().identity().id()).containsExactly("w1");
    List<String> left = redis.call(c -> c.hkeys(redis.keys().of(Key.WORKER_REPORTS)));
    assertThat(left).containsExactly("w1");
  }

  @Test
  void a_silent_worker_takes_no_memory_once_another_beats() {
    assertThat(reports.publish(Reports.of("w1", "q", null))).isTrue();
    clock.advance(Duration.ofSeconds(31));
    assertThat(reports.publish(Reports.of("w2", "q", null))).isTrue();
    List<String> left = redis.call(c -> c.hkeys(redis.keys().of(Key.WORKER_REPORTS)));
    assertThat(left).containsExactly("w2");
    long reportsTtl = redis.call(c -> c.pttl(redis.keys().of(Key.WORKER_REPORTS)));
    long beatsTtl = redis.call(c -> c.pttl(redis.keys().of(Key.WORKER_BEATS)));
    assertThat(reportsTtl).isPositive();
    assertThat(beatsTtl).isPositive();
  }

  @Test
  void a_worker_that_stops_disappears_at_once() {
    assertThat(reports.publish(Reports.of("w1", "q", null))).isTrue();
    reports.remove("w1");
    assertThat(reports.live()).isEmpty();
    long left = redis.call(c -> c.exists(redis.keys().of(Key.WORKER_REPORTS)));
    assertThat(left).isZero();
  }

  @Test
  void at_most_1000_workers_are_listed_and_they_go_on() {
    for (int i = 0; i < WorkerReports.MAX_WORKERS; i++) {
      assertThat(reports.publish(Reports.of("w" + i, "q", null))).isTrue();
    }
    assertThat(reports.publish(Reports.of("one more", "q", null))).isFalse();
    assertThat(reports.publish(Reports.of("w7", "q", null))).isTrue();
    assertThat(reports.live()).hasSize(WorkerReports.MAX_WORKERS);
    reports.remove("w7");
    assertThat(reports.publish(Reports.of("one more", "q", null))).isTrue();
  }

  @Test
  void a_malformed_report_hides_no_other() {
    assertThat(reports.publish(Reports.of("w1", "q", null))).isTrue();
    assertThat(reports.publish(Reports.of("w2", "q", null))).isTrue();
    redis.call(c -> c.hset(redis.keys().of(Key.WORKER_REPORTS), Map.of("w1", "{\"identity\":")));
    assertThat(reports.live()).extracting(w -> w.report().identity().id()).containsExactly("w2");
  }
}
