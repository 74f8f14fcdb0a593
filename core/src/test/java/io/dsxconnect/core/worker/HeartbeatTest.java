package io.dsxconnect.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.TestClock;
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
import io.dsxconnect.core.redis.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The heartbeats of a real worker. */
class HeartbeatTest extends RedisFixture {
  private final TestClock clock = new TestClock();
  private final AtomicInteger ids = new AtomicInteger();

  /** Drops most tasks, retries the first run of one, and gives one up. */
  private static final class Handler implements StageHandler {
    @Override
    public Handoff handle(Task task) {
      return switch (task.id()) {
        case "task-1" -> giveUp(task, "by the test");
        case "task-2" ->
            task.tries() == 0 ? Handoff.of(task).later(Duration.ZERO) : Handoff.of(task);
        default -> Handoff.of(task);
      };
    }

    @Override
    public Handoff giveUp(Task task, String reason) {
      return Handoff.of(task).dead("{}");
    }
  }

  @Test
  void a_heartbeat_carries_load_limits_ended_tasks_and_their_rate() throws Exception {
    WorkerReports reports = new WorkerReports(redis);
    CircuitBreakers breakers = new CircuitBreakers(clock::nanos);
    Slots slots = new Slots(Concurrency.adaptive(3, 9), MonotonicClock.SYSTEM);
    ScanRequest file =
        ScanRequest.parse(
            "{\"location\":\"/a\",\"metainfo\":\"a\",\"connector_url\":\"http://127.0.0.1:1/c\"}");
    try (Worker worker =
        new Worker(
            new RedisStageQueue(redis, Stage.SCAN, "w1", Duration.ofSeconds(10)),
            new Handler(),
            slots,
            breakers,
            new Semaphore(1))) {
      Heartbeat heartbeat =
          new Heartbeat(
              reports,
              new WorkerReport.Identity("w1", "h", 7, Stage.SCAN.queue(), "1", 5),
              worker,
              Optional::empty,
              clock);
      heartbeat.beat();
      assertThat(reports.live().getFirst().report().ended().rate()).isZero();
      var ignored =
          new Intake(redis, () -> "task-" + ids.incrementAndGet())
              .accept("J", List.of(file, file, file, file));
      worker.start();
      await().until(() -> worker.done() == 4 && worker.inFlight() == 0);
      clock.advance(Duration.ofSeconds(2));
      heartbeat.beat();
      WorkerReport report = reports.live().getFirst().report();
      assertThat(report.ended()).isEqualTo(new WorkerReport.Ended(4, 1, 2.0));
      assertThat(report.load().limitMin()).isEqualTo(3);
      assertThat(report.load().limitMax()).isEqualTo(9);
      assertThat(report.load().limit()).isBetween(3, 9);
      assertThat(report.identity().host()).isEqualTo("h");

      heartbeat.close();
      assertThat(reports.live()).isEmpty();
      heartbeat.beat();
      assertThat(reports.live()).as("a beat that was on its way").isEmpty();
    }
  }
}
