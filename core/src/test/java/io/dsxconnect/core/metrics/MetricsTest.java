package io.dsxconnect.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.TestClock;
import io.dsxconnect.core.TestRedis;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.queue.CircuitBreakers;
import io.dsxconnect.core.queue.Concurrency;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.queue.RedisStageQueue;
import io.dsxconnect.core.queue.Slots;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.StageHandler;
import io.dsxconnect.core.queue.Task;
import io.dsxconnect.core.queue.Worker;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.series.Chart;
import io.dsxconnect.core.series.Series;
import io.dsxconnect.core.series.Step;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final TestClock clock = new TestClock();
  private final AtomicInteger ids = new AtomicInteger();

  @Test
  void counters_come_from_redis_and_stay_while_it_is_unavailable() throws Exception {
    try (TestRedis server = new TestRedis();
        Redis redis = server.connect(clock);
        Metrics metrics = new Metrics()) {
      Intake intake = new Intake(redis, () -> "task-" + ids.incrementAndGet());
      ScanRequest file =
          ScanRequest.parse(
              "{\"location\":\"/a\",\"metainfo\":\"a\",\"connector_url\":\"http://127.0.0.1:1/c\"}");
      intake.accept("J", List.of(file, file, file));
      RedisStageQueue queue = new RedisStageQueue(redis, Stage.SCAN, "w1", Duration.ofSeconds(5));
      for (Task task : queue.take(2, Set.of())) {
        assertThat(
                queue.complete(
                    Handoff.of(task)
                        .outcome(
                            Outcome.BENIGN,
                            new Handoff.Measured(10, 500_000, false, 1, 1),
                            "/a",
                            "{\"id\":-1}",
                            -1)))
            .isTrue();
      }
      redis.call(c -> c.hincrby(redis.keys().of(Key.STATS), "unnotified", 3));
      metrics.add(new PlatformMeters(redis, new Registry(redis, clock, "dev", url -> true)));

      assertThat(metrics.text())
          .contains("dsx_files_total{outcome=\"benign\"} 2.0")
          .contains("dsx_files_total{outcome=\"malicious\"} 0.0")
          .contains("dsx_scanned_bytes_total 20.0")
          .contains("dsx_scanner_seconds_total 1.0")
          .contains("dsx_notifications_dropped_total 3.0")
          .contains("dsx_queue_backlog{queue=\"scan_request_queue\"} 1.0")
          .contains("dsx_redis_up 1.0");

      server.kill();
      await().until(() -> metrics.text().contains("dsx_redis_up 0.0"));
      assertThat(metrics.text()).contains("dsx_files_total{outcome=\"benign\"} 2.0");
    }
  }

  @Test
  void every_metric_of_the_time_series_is_a_metric_of_this_name() {
    try (TestRedis server = new TestRedis();
        Redis redis = server.connect(clock);
        Metrics metrics = new Metrics()) {
      metrics.add(new PlatformMeters(redis, new Registry(redis, clock, "dev", url -> true)));
      metrics.add(new MemoryMeters(redis.memory()));
      metrics.add(new WorkerMeters(Stage.SCAN, idleWorker(redis)));
      Chart all = new Series(redis).read(Step.HOUR, 0L, 0L, Set.of());
      String text = metrics.text();
      for (Chart.Line line : all.series()) {
        // The process of a worker has the gauges of its stage only.
        if (!line.metric().startsWith("dsx_worker_")
            || line.labels().containsValue(Stage.SCAN.queue())) {
          String labels =
              line.labels().entrySet().stream()
                  .map(label -> "{" + label.getKey() + "=\"" + label.getValue() + "\"}")
                  .collect(Collectors.joining());
          assertThat(text).contains("\n" + line.metric() + labels + " ");
          assertThat(text).contains("# TYPE " + line.metric() + " " + line.kind() + "\n");
        }
      }
    }
  }

  private Worker idleWorker(Redis redis) {
    RedisStageQueue queue = new RedisStageQueue(redis, Stage.SCAN, "w1", Duration.ofSeconds(5));
    StageHandler none =
        new StageHandler() {
          @Override
          public Handoff handle(Task task) {
            return Handoff.of(task);
          }

          @Override
          public Handoff giveUp(Task task, String reason) {
            return Handoff.of(task);
          }
        };
    return new Worker(
        queue,
        none,
        new Slots(Concurrency.fixed(1), clock),
        new CircuitBreakers(System::nanoTime),
        new Semaphore(1));
  }
}
