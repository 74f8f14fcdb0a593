package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.redis.MonotonicClock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The share of slots and of Redis time of a connector that hangs or is down. */
class SharedSlotsTest extends QueueFixture {

  private static String key(String connector) {
    return Origin.of(file(connector, "/x")).connectorKey();
  }

  /** Blocks until the latch opens or the thread is interrupted. */
  private static void block(CountDownLatch until) {
    try {
      until.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept(String connector, String job, int count) {
    jobs.announce(job, connector, connector, false);
    intake.accept(job, files(connector, count));
  }

  @Test
  void a_connector_with_its_share_in_work_gets_no_more_while_another_has_files_waiting() {
    accept("hung", "H", 50);
    accept("good", "G", 50);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    StageQueue.Share half = StageQueue.Share.of(16, Map.of(key("hung"), 8));
    assertThat(queue.take(8, Set.of(), half))
        .hasSize(8)
        .allMatch(t -> t.connector().equals(key("good")));
  }

  @Test
  void a_connector_that_waits_alone_leaves_some_slots_to_others() {
    accept("hung", "H", 50);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    assertThat(queue.take(16, Set.of(), StageQueue.Share.of(16, Map.of()))).hasSize(14);
    assertThat(queue.take(2, Set.of(), StageQueue.Share.of(16, Map.of(key("hung"), 14)))).isEmpty();
    assertThat(StageQueue.Share.of(1, Map.of("hung", 0)).mostAlone()).isEqualTo(1);
  }

  @Test
  void bug_a_connector_that_hangs_took_every_slot_and_the_others_stood_still() throws Exception {
    accept("hung", "H", 60);
    CountDownLatch endOfHang = new CountDownLatch(1);
    AtomicInteger hanging = new AtomicInteger();
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    StageHandler handler =
        new StageHandler() {
          @Override
          public Handoff handle(Task task) {
            if (task.connector().equals(key("hung"))) {
              hanging.incrementAndGet();
              block(endOfHang);
            }
            return end(task, Outcome.BENIGN);
          }

          @Override
          public Handoff giveUp(Task task, String reason) {
            return Handoff.of(task).back();
          }
        };
    Worker worker =
        new Worker(
                queue,
                handler,
                new Slots(Concurrency.fixed(8), MonotonicClock.SYSTEM),
                new CircuitBreakers(System::nanoTime),
                new Semaphore(1))
            .start();
    try {
      await().untilAsserted(() -> assertThat(hanging).hasValue(7));
      accept("good", "G", 200);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> assertThat(ledger("G").benign()).isEqualTo(200));
      assertThat(hanging).hasValueLessThan(8);
    } finally {
      endOfHang.countDown();
      worker.close(Duration.ofSeconds(10));
    }
  }

  /**
   * The hung connector had seven eighths of the slots first, which left the others one slot until
   * its reads timed out.
   */
  @Test
  void bug_the_slots_that_a_connector_that_hangs_had_first_were_kept_from_the_others()
      throws Exception {
    LendingHandler handler = new LendingHandler(8);
    accept("hung", "H", 60);
    Worker worker = handler.startWorker(queue(Stage.SCAN, "w1"));
    try {
      await().untilAsserted(() -> assertThat(handler.hanging).hasValue(7));
      theOtherConnectorGetsOneSlot(handler);
      lentSlotsGoToTheOtherConnector(handler);
      lendersReturnWithoutExceedingTheSlots(handler);
      allFilesAreScanned(handler);
      assertThat(handler.maxScanning).hasValue(8);
    } finally {
      handler.answers.countDown();
      handler.scanned.countDown();
      worker.close(Duration.ofSeconds(10));
    }
  }

  private void theOtherConnectorGetsOneSlot(LendingHandler handler) {
    accept("good", "G", 200);
    await().untilAsserted(() -> assertThat(handler.scanning).hasValue(1));
  }

  private static void lentSlotsGoToTheOtherConnector(LendingHandler handler) {
    handler.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    await().untilAsserted(() -> assertThat(handler.scanning).hasValue(4));
    assertThat(handler.hanging).hasValue(7);
  }

  private static void lendersReturnWithoutExceedingTheSlots(LendingHandler handler) {
    handler.answers.countDown();
    await().untilAsserted(() -> assertThat(handler.scanning).hasValue(8));
  }

  private void allFilesAreScanned(LendingHandler handler) {
    handler.scanned.countDown();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(ledger("G").benign()).isEqualTo(200);
              assertThat(ledger("H").benign()).isEqualTo(60);
            });
  }

  /** Lends the slots of files of connector "hung" until {@code answers}, then scans. */
  private final class LendingHandler implements StageHandler {
    final CountDownLatch answers = new CountDownLatch(1);
    final CountDownLatch scanned = new CountDownLatch(1);
    final AtomicInteger hanging = new AtomicInteger();
    final AtomicInteger scanning = new AtomicInteger();
    final AtomicInteger maxScanning = new AtomicInteger();
    final AtomicLong nanos = new AtomicLong();
    private final Slots slots;

    LendingHandler(int limit) {
      this.slots = new Slots(Concurrency.fixed(limit), nanos::get);
    }

    Worker startWorker(RedisStageQueue queue) {
      return new Worker(queue, this, slots, new CircuitBreakers(System::nanoTime), new Semaphore(1))
          .start();
    }

    @Override
    public Handoff handle(Task task) {
      boolean hangs = task.connector().equals(key("hung"));
      slots.lend(
          task,
          () -> {
            if (hangs) {
              hanging.incrementAndGet();
              block(answers);
            }
            return hangs;
          });
      assertThat(slots.takeBack(task)).isTrue();
      maxScanning.accumulateAndGet(scanning.incrementAndGet(), Math::max);
      block(scanned);
      scanning.decrementAndGet();
      return end(task, Outcome.BENIGN);
    }

    @Override
    public Handoff giveUp(Task task, String reason) {
      return Handoff.of(task).back();
    }
  }

  /** The connector ended the unread answer after its time limit, which used up an attempt. */
  @Test
  void bug_a_task_that_lent_its_slot_waited_for_another_without_limit() throws Exception {
    intake.accept("L", List.of(file("slow", "/x")));
    CountDownLatch answers = new CountDownLatch(1);
    CountDownLatch scanned = new CountDownLatch(1);
    AtomicLong nanos = new AtomicLong();
    AtomicInteger slowTries = new AtomicInteger();
    AtomicInteger slowRuns = new AtomicInteger();
    Slots slots = new Slots(Concurrency.fixed(1), nanos::get, Duration.ofMillis(200));
    StageHandler handler =
        new StageHandler() {
          @Override
          public Handoff handle(Task task) {
            boolean slow = task.connector().equals(key("slow"));
            slots.lend(
                task,
                () -> {
                  if (slow) {
                    slowTries.set(task.tries());
                    slowRuns.incrementAndGet();
                    block(answers);
                  }
                  return slow;
                });
            if (!slots.takeBack(task)) {
              return Handoff.of(task).back();
            }
            if (!slow) {
              block(scanned);
            }
            return end(task, Outcome.BENIGN);
          }

          @Override
          public Handoff giveUp(Task task, String reason) {
            return Handoff.of(task).back();
          }
        };
    Worker worker =
        new Worker(
                queue(Stage.SCAN, "w1"),
                handler,
                slots,
                new CircuitBreakers(System::nanoTime),
                new Semaphore(1))
            .start();
    try {
      await().untilAsserted(() -> assertThat(slowRuns).hasValue(1));
      intake.accept("G", List.of(file("good", "/x")));
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
      await().untilAsserted(() -> assertThat(worker.inFlight()).isEqualTo(2));
      answers.countDown();
      await().untilAsserted(() -> assertThat(worker.inFlight()).isEqualTo(1));
      assertThat(ledger("L").pending()).isEqualTo(1);
      scanned.countDown();
      await().untilAsserted(() -> assertThat(ledger("L").benign()).isEqualTo(1));
      assertThat(slowRuns).hasValue(2);
      assertThat(slowTries).as("attempts used up").hasValue(0);
    } finally {
      answers.countDown();
      scanned.countDown();
      worker.close(Duration.ofSeconds(10));
    }
  }

  @Test
  void a_task_that_got_no_slot_back_keeps_its_slot_the_next_time_and_so_ends() {
    AtomicLong nanos = new AtomicLong();
    Slots slots = new Slots(Concurrency.fixed(1), nanos::get, Duration.ofMillis(10));
    Task unlucky = WorkerTest.task("unlucky", 0, false);
    Task other = WorkerTest.task("other", 0, false);
    slots.take(unlucky);
    assertThat(freeWhileWaiting(slots, unlucky, nanos)).isEqualTo(1);
    slots.take(other);
    assertThat(slots.takeBack(unlucky)).isFalse();
    slots.release(unlucky);
    slots.release(other);
    slots.take(unlucky);
    assertThat(freeWhileWaiting(slots, unlucky, nanos)).isZero();
    assertThat(slots.takeBack(unlucky)).isTrue();
    slots.release(unlucky);
    slots.take(unlucky);
    assertThat(freeWhileWaiting(slots, unlucky, nanos))
        .as("the slot is kept in one run only")
        .isEqualTo(1);
    slots.release(unlucky);
    assertThat(slots.free()).isEqualTo(1);
  }

  private static int freeWhileWaiting(Slots slots, Task task, AtomicLong nanos) {
    return slots.lend(
        task,
        () -> {
          nanos.addAndGet(Duration.ofSeconds(1).toNanos());
          return slots.free();
        });
  }

  @Test
  void bug_taking_cost_time_for_every_lane_of_a_connector_that_is_down() {
    Set<String> down = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      down.add(key("down" + i));
      accept("down" + i, "D" + i, 1);
    }
    accept("good", "G", 100);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    int taken = 0;
    for (int calls = 0; taken < 100 && calls < 100; calls++) {
      List<Task> tasks = queue.take(64, down);
      assertThat(tasks).allMatch(task -> task.connector().equals(key("good")));
      taken += tasks.size();
    }
    assertThat(taken).isEqualTo(100);
    redis.call(c -> c.configSet("slowlog-log-slower-than", "5000"));
    redis.call(c -> c.slowlogReset());
    for (int i = 0; i < 20; i++) {
      assertThat(queue.take(64, down)).isEmpty();
    }
    assertThat(redis.<Long>call(c -> c.slowlogLen())).as("Redis calls longer than 5 ms").isZero();
  }
}
