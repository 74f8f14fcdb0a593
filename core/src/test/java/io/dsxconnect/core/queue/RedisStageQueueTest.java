package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.redis.Key;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Takes, leases, lanes and waits of the queue of one stage. */
class RedisStageQueueTest extends QueueFixture {
  @Test
  void what_was_accepted_can_be_taken_once() {
    jobs.announce("J", "c1", "c1", false);
    intake.accept("J", files("c1", 3));
    List<Task> taken = queue(Stage.SCAN, "w1").take(10, Set.of());
    assertThat(taken).extracting(Task::id).containsExactly("task-1", "task-2", "task-3");
    assertThat(queue(Stage.SCAN, "w2").take(10, Set.of())).isEmpty();
    assertThat(ledger("J").accepted()).isEqualTo(3);
    assertThat(ledger("J").balanced()).isTrue();
  }

  @Test
  void bug_scanning_does_not_run_far_ahead_of_recording_and_goes_on_when_it_caught_up() {
    int accepted = 2_300;
    jobs.announce("J", "c1", "c1", false);
    for (int i = 0; i < accepted; i += 100) {
      intake.accept("J", files("c1", 100));
    }
    RedisStageQueue scan = queue(Stage.SCAN, "w1");
    int scanned = 0;
    for (List<Task> taken = scan.take(64, Set.of());
        !taken.isEmpty();
        taken = scan.take(64, Set.of())) {
      taken.forEach(task -> scan.complete(Handoff.of(task).put(Stage.RESULT, "V{}")));
      scanned += taken.size();
    }
    assertThat(scanned).as("files scanned and not recorded").isBetween(2_000, 2_100);

    RedisStageQueue result = queue(Stage.RESULT, "w2");
    int recorded = 0;
    while (recorded < accepted) {
      for (Task task : result.take(64, Set.of())) {
        result.complete(end(task, Outcome.BENIGN));
        recorded++;
      }
      scan.take(64, Set.of())
          .forEach(task -> scan.complete(Handoff.of(task).put(Stage.RESULT, "V{}")));
    }
    assertThat(ledger("J").benign()).isEqualTo(accepted);
    assertThat(ledger("J").balanced()).isTrue();
  }

  @Test
  void a_worker_that_fell_silent_loses_its_task_and_cannot_finish_it_any_more() {
    intake.accept("J", files("c1", 1));
    RedisStageQueue silent = queue(Stage.SCAN, "w1");
    Task lost = silent.take(1, Set.of()).getFirst();
    clock.advance(LEASE);
    RedisStageQueue other = queue(Stage.SCAN, "w2");
    assertThat(other.sweep(10)).as("claims within the lease").isEmpty();
    expireLeases(lost);
    List<Task> claimed = other.sweep(10);
    assertThat(claimed).extracting(Task::id).containsExactly(lost.id());
    assertThat(claimed.getFirst().suspect()).as("suspect after one death").isFalse();
    assertThat(silent.renew(List.of(lost))).containsExactly(lost);
    assertThat(silent.complete(end(lost, Outcome.BENIGN))).isFalse();
    assertThat(other.complete(end(claimed.getFirst(), Outcome.MALICIOUS))).isTrue();
    assertThat(ledger("J").malicious()).isEqualTo(1);
    assertThat(ledger("J").balanced()).isTrue();
  }

  @Test
  void a_task_with_a_renewed_lease_is_not_claimed() {
    intake.accept("J", files("c1", 2));
    RedisStageQueue busy = queue(Stage.SCAN, "w1");
    List<Task> tasks = busy.take(2, Set.of());
    Task renewed = tasks.getFirst();
    Task forgotten = tasks.getLast();
    clock.advance(LEASE);
    RedisStageQueue other = queue(Stage.SCAN, "w2");
    for (int lease = 0; lease < 4; lease++) {
      expireLeases(renewed);
      assertThat(busy.renew(List.of(renewed))).isEmpty();
      assertThat(other.sweep(10)).isEmpty();
    }
    expireLeases(renewed, forgotten);
    assertThat(busy.renew(List.of(renewed))).isEmpty();
    assertThat(other.sweep(10)).extracting(Task::id).containsExactly(forgotten.id());
    assertThat(busy.complete(end(renewed, Outcome.BENIGN))).isTrue();
  }

  @Test
  void nothing_is_claimed_for_one_lease_after_connecting() {
    intake.accept("J", files("c1", 1));
    Task left = queue(Stage.SCAN, "w1").take(1, Set.of()).getFirst();
    expireLeases(left);
    RedisStageQueue other = queue(Stage.SCAN, "w2");
    assertThat(other.sweep(10)).isEmpty();
    clock.advance(LEASE.minusMillis(1));
    assertThat(other.sweep(10)).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(other.sweep(10)).extracting(Task::id).containsExactly(left.id());
  }

  @Test
  void nothing_is_claimed_for_one_lease_after_redis_was_down() {
    intake.accept("J", files("c1", 1));
    Task left = queue(Stage.SCAN, "w1").take(1, Set.of()).getFirst();
    clock.advance(LEASE.multipliedBy(2));
    server.crashAndRestart();
    Awaitility.await().until(redis::alive);
    expireLeases(left);
    RedisStageQueue other = queue(Stage.SCAN, "w2");
    assertThat(other.sweep(10)).isEmpty();
    clock.advance(LEASE);
    assertThat(other.sweep(10)).extracting(Task::id).containsExactly(left.id());
  }

  @Test
  void deaths_count_only_for_the_task_that_ran_alone() {
    intake.accept("J", files("c1", 2));
    List<Task> taken = queue(Stage.SCAN, "w1").take(2, Set.of());
    clock.advance(LEASE);
    expireLeases(taken.getFirst(), taken.getLast());
    RedisStageQueue w2 = queue(Stage.SCAN, "w2");
    List<Task> claimed = w2.sweep(10);
    assertThat(claimed).hasSize(2).extracting(Task::deaths).containsOnly(0);
    w2.markAlone(claimed.getFirst());
    expireLeases(claimed.getFirst(), claimed.getLast());
    List<Task> again = queue(Stage.SCAN, "w3").sweep(10);
    assertThat(again)
        .extracting(Task::id, Task::deaths)
        .containsExactlyInAnyOrder(
            tuple(claimed.getFirst().id(), 1), tuple(claimed.getLast().id(), 0));
  }

  @Test
  void bug_a_worker_that_was_only_frozen_counted_as_killed_by_the_file_that_it_ran_alone() {
    intake.accept("J", files("c1", 1));
    RedisStageQueue frozen = queue(Stage.SCAN, "w1");
    Task task = frozen.take(1, Set.of()).getFirst();
    clock.advance(LEASE);
    for (int death = 1; death <= 2; death++) {
      frozen.markAlone(task);
      expireLeases(task);
      RedisStageQueue next = queue(Stage.SCAN, "w" + (death + 1));
      Task claimed = next.sweep(10).getFirst();
      assertThat(claimed.deaths()).as("deaths until the frozen worker resumes").isEqualTo(1);
      if (death == 1) {
        assertThat(frozen.renew(List.of(task))).containsExactly(task);
      } else {
        assertThat(frozen.complete(end(task, Outcome.BENIGN))).isFalse();
      }
      assertThat(frozen.renew(List.of(task)))
          .as("lost tasks of a repeated renewal")
          .containsExactly(task);
      frozen = next;
      task = claimed;
    }
    frozen.markAlone(task);
    expireLeases(task);
    RedisStageQueue last = queue(Stage.SCAN, "last");
    Task suspect = last.sweep(10).getFirst();
    assertThat(suspect.deaths()).as("deaths when the worker does not resume").isEqualTo(1);
    assertThat(last.complete(end(suspect, Outcome.BENIGN))).isTrue();
    assertThat(redis.<Long>call(c -> c.exists(redis.keys().of(Key.ALONE, Stage.SCAN.queue()))))
        .isZero();
    assertThat(redis.<Long>call(c -> c.exists(redis.keys().of(Key.DEATHS, Stage.SCAN.queue()))))
        .isZero();
  }

  @Test
  void jobs_share_a_worker_and_a_single_file_does_not_wait_behind_a_big_job() {
    jobs.announce("BIG", "c1", "c1", false);
    for (int i = 0; i < 5; i++) {
      intake.accept("BIG", files("c1", 1000));
    }
    intake.accept("single", files("c1", 1));
    List<Task> taken = queue(Stage.SCAN, "w1").take(8, Set.of());
    assertThat(taken).hasSizeLessThanOrEqualTo(8).extracting(Task::job).contains("single", "BIG");
  }

  @Test
  void an_open_circuit_breaker_delays_only_its_connector() {
    intake.accept("A", files("c1", 2));
    intake.accept("B", files("c2", 2));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    String down = Origin.of(file("c1", "/data/0")).connectorKey();
    assertThat(takeAll(queue, Set.of(down))).extracting(Task::job).containsOnly("B");
    assertThat(takeAll(queue, Set.of())).extracting(Task::job).containsOnly("A");
  }

  @Test
  void bug_work_of_a_connector_that_is_down_wakes_no_worker() {
    intake.accept("A", files("c1", 2));
    intake.accept("B", files("c2", 2));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    queue.await(Duration.ofSeconds(30));
    String wake = redis.keys().of(Key.WAKE, Stage.SCAN.queue());
    Set<String> down = Set.of(Origin.of(file("c1", "/data/0")).connectorKey());
    assertThat(queue.take(1, down)).extracting(Task::job).containsExactly("B");
    assertThat(redis.<Long>call(c -> c.del(wake)))
        .as("wake-ups for the other file of B")
        .isEqualTo(1);
    assertThat(queue.take(1, down)).extracting(Task::job).containsExactly("B");
    redis.<Long>call(c -> c.del(wake));
    for (int i = 0; i < 3; i++) {
      assertThat(queue.take(1, down)).isEmpty();
      assertThat(redis.<Long>call(c -> c.del(wake))).as("wake-ups while only A waits").isZero();
    }
    assertThat(takeAll(queue, Set.of())).hasSize(2);
  }

  @Test
  void a_retry_waits_for_its_delay_and_uses_up_one_attempt() {
    intake.accept("J", files("c1", 1));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Task task = queue.take(1, Set.of()).getFirst();
    assertThat(queue.complete(Handoff.of(task).later(Duration.ofSeconds(30)))).isTrue();
    queue.sweep(0);
    assertThat(queue.take(1, Set.of())).isEmpty();
    clock.advance(Duration.ofSeconds(31));
    queue.sweep(0);
    Task again = queue.take(1, Set.of()).getFirst();
    assertThat(again.tries()).isEqualTo(1);
    assertThat(again.body()).isEqualTo(task.body());
    assertThat(queue.complete(Handoff.of(again).back())).isTrue();
    assertThat(queue.take(1, Set.of()).getFirst().tries()).isEqualTo(1);
  }

  @Test
  void bug_retries_came_back_at_256_a_second() {
    redis.call(c -> c.configSet("appendfsync", "no"));
    for (int i = 0; i < 3; i++) {
      intake.accept("J" + i, files("c" + i, 1_000));
    }
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    List<Task> all = takeAll(queue, Set.of());
    assertThat(all)
        .hasSize(3_000)
        .allMatch(task -> queue.complete(Handoff.of(task).later(Duration.ofSeconds(30))));
    clock.advance(Duration.ofSeconds(31));
    queue.sweep(0);
    assertThat(takeAll(queue, Set.of())).as("tasks due after one sweep").hasSize(3_000);
    redis.call(c -> c.configSet("appendfsync", "always"));
  }

  @Test
  void bug_of_two_tasks_with_the_same_entry_in_two_lanes_only_the_lost_one_is_lost() {
    intake.accept("A", files("c1", 1));
    intake.accept("B", files("c2", 1));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Task kept = queue.take(1, Set.of()).getFirst();
    Task lost =
        new Task(
            Stage.SCAN,
            new Task.Delivery("c2", kept.entry(), "1"),
            Task.Attempts.NONE,
            new Task.Message("task-2", "B", kept.origin(), "{}"));
    assertThat(queue.renew(List.of(kept, lost))).containsExactly(lost);
    assertThat(queue.renew(List.of(lost, kept))).containsExactly(lost);
  }

  @Test
  void what_was_accepted_survives_a_kill_of_redis() {
    intake.accept("J", files("c1", 3));
    server.crashAndRestart();
    Awaitility.await().until(redis::alive);
    assertThat(takeAll(queue(Stage.SCAN, "w1"), Set.of())).hasSize(3);
  }

  @Test
  void waiting_ends_at_once_when_there_is_work() {
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Thread waiter = Thread.startVirtualThread(() -> queue.await(Duration.ofSeconds(30)));
    intake.accept("J", files("c1", 1));
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !waiter.isAlive());
    queue.close();
  }
}
