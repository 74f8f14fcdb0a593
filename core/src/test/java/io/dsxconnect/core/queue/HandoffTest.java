package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.record.RecordTotals;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A hand-off counts once or not at all, whatever other hand-offs share its Redis call. */
class HandoffTest extends QueueFixture {
  @Test
  void bug_times_that_add_up_to_a_whole_number_are_counted_like_others() {
    intake.accept("J", files("c1", 2));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    List<Task> tasks = queue.take(2, Set.of());
    assertThat(queue.complete(end(tasks.get(0), Outcome.BENIGN, 1.5))).isTrue();
    assertThat(queue.complete(end(tasks.get(1), Outcome.BENIGN, 2))).isTrue();
    assertThat(jobs.find("J").orElseThrow().fields()).containsEntry("total_read_elapsed_ms", "3.5");
  }

  @Test
  void bug_numbers_without_bound_fill_their_sums_and_the_ledger_still_balances() {
    intake.accept("J", files("c1", 3));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    String sum = redis.keys().of(Key.JOB, "J");
    redis.call(c -> c.hset(sum, "total_scan_time_us", Long.toString(Long.MAX_VALUE - 5)));
    for (Task task : queue.take(3, Set.of())) {
      String json = "{\"id\":-1,\"scan_request_task_id\":\"" + task.id() + "\"}";
      assertThat(
              queue.complete(
                  Handoff.of(task)
                      .outcome(
                          Outcome.BENIGN,
                          new Handoff.Measured(
                              Long.MAX_VALUE,
                              Long.MAX_VALUE,
                              false,
                              Double.POSITIVE_INFINITY,
                              Double.NaN),
                          "/data/x",
                          json,
                          -1)))
          .isTrue();
    }
    assertThat(ledger("J").benign()).isEqualTo(3);
    assertThat(ledger("J").pending()).isZero();
    assertThat(ledger("J").balanced()).isTrue();
    assertThat(jobs.find("J").orElseThrow().number("total_scan_time_us")).isEqualTo(Long.MAX_VALUE);
    assertThat(new RecordTotals(redis).stats().filesScanned()).isEqualTo(3);
  }

  /** Scans the only file of job J as malicious; returns the task of its action. */
  Task takeDueAction() {
    intake.accept("J", files("c1", 1));
    RedisStageQueue scan = queue(Stage.SCAN, "w1");
    Task task = scan.take(1, Set.of()).getFirst();
    assertThat(scan.complete(end(task, Outcome.MALICIOUS).actionDue().put(Stage.ACTION, "{}")))
        .isTrue();
    return queue(Stage.ACTION, "w1").take(1, Set.of()).getFirst();
  }

  @ParameterizedTest
  @CsvSource({"1, completed", "2, incomplete"})
  void a_file_to_scan_again_is_one_more_and_stands_in_for_none_that_is_missing(
      long listed, String status) {
    Task action = takeDueAction();
    jobs.enqueueDone("J", new Jobs.Listed(listed, 0, 0));
    RedisStageQueue actions = queue(Stage.ACTION, "w1");
    assertThat(actions.complete(Handoff.of(action).scanAgain("again", "{}").actionLost())).isTrue();
    assertThat(ledger("J").pending()).isEqualTo(1);
    assertThat(actions.complete(Handoff.of(action).scanAgain("twice", "{}"))).isFalse();
    Task again = queue(Stage.SCAN, "w2").take(1, Set.of()).getFirst();
    assertThat(again.id()).isEqualTo("again");
    assertThat(jobs.find("J").orElseThrow().finished()).isFalse();
    assertThat(queue(Stage.SCAN, "w2").complete(end(again, Outcome.BENIGN))).isTrue();
    assertThat(ledger("J").accepted()).isEqualTo(2);
    assertThat(ledger("J").balanced()).isTrue();
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo(status);
  }

  @Test
  void a_file_to_scan_again_of_a_cancelled_job_is_counted_as_cancelled() {
    Task action = takeDueAction();
    jobs.steer("J", Jobs.Verb.CANCEL);
    assertThat(queue(Stage.ACTION, "w1").complete(Handoff.of(action).scanAgain("again", "{}")))
        .isTrue();
    assertThat(queue(Stage.SCAN, "w2").take(1, Set.of())).isEmpty();
    assertThat(ledger("J").cancelled()).isEqualTo(1);
    assertThat(ledger("J").balanced()).isTrue();
  }

  @Test
  void bug_a_hand_off_that_redis_refuses_loses_no_other_and_stays_with_its_owner()
      throws Exception {
    intake.accept("bad", files("c2", 1));
    intake.accept("J", files("c1", 50));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    List<Task> tasks = takeAll(queue, Set.of());
    String c2 = Origin.of(file("c2", "/data/0")).connectorKey();
    String lane = redis.keys().of(Key.LANE, Stage.NOTIFY.queue(), c2);
    redis.call(c -> c.set(lane, "no stream"));
    List<Task> refused = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> done =
          tasks.stream()
              .map(task -> threads.submit(() -> queue.complete(end(task, Outcome.BENIGN))))
              .toList();
      for (int i = 0; i < done.size(); i++) {
        if (tasks.get(i).job().equals("J")) {
          assertThat(done.get(i).get()).isTrue();
        } else {
          assertThatThrownBy(done.get(i)::get).hasMessageContaining("WRONGTYPE");
          refused.add(tasks.get(i));
        }
      }
    }
    assertThat(ledger("J").benign()).isEqualTo(50);
    assertThat(ledger("bad").pending()).isEqualTo(1);
    assertThat(ledger("bad").balanced()).isTrue();
    redis.call(c -> c.del(lane));
    assertThat(queue.complete(end(refused.getFirst(), Outcome.MALICIOUS))).isTrue();
    assertThat(ledger("bad").malicious()).isEqualTo(1);
    assertThat(ledger("bad").balanced()).isTrue();
  }

  @Test
  void bug_a_hand_off_that_is_sent_twice_in_one_call_is_counted_once() throws Exception {
    intake.accept("J", files("c1", 50));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    List<Task> tasks = takeAll(queue, Set.of());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> done =
          tasks.stream()
              .flatMap(task -> Stream.of(task, task))
              .map(task -> threads.submit(() -> queue.complete(end(task, Outcome.BENIGN))))
              .toList();
      for (int i = 0; i < done.size(); i += 2) {
        assertThat(done.get(i).get()).isNotEqualTo(done.get(i + 1).get());
      }
    }
    assertThat(ledger("J").benign()).isEqualTo(50);
    assertThat(ledger("J").balanced()).isTrue();
  }

  @Test
  void bug_a_redis_that_takes_no_writes_is_waited_for_and_no_file_is_given_up_for_it() {
    intake.accept("J", files("c1", 1));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Task task = queue.take(1, Set.of()).getFirst();
    redis.call(c -> c.configSet("min-replicas-to-write", "1"));
    try {
      assertThatThrownBy(() -> queue.complete(end(task, Outcome.BENIGN)))
          .isInstanceOf(RedisUnavailableException.class);
    } finally {
      redis.call(c -> c.configSet("min-replicas-to-write", "0"));
    }
    assertThat(queue.complete(end(task, Outcome.BENIGN))).isTrue();
    assertThat(ledger("J").benign()).isEqualTo(1);
    assertThat(ledger("J").balanced()).isTrue();
  }

  @Test
  void handoffs_at_the_same_time_are_each_counted_once_and_the_lost_one_alone_is_refused()
      throws Exception {
    jobs.announce("J", "c1", "c1", false);
    intake.accept("J", files("c1", 50));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    List<Task> tasks = queue.take(50, Set.of());
    Task lost = tasks.getFirst();
    assertThat(queue.complete(end(lost, Outcome.BENIGN))).isTrue();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> done =
          tasks.stream()
              .map(task -> threads.submit(() -> queue.complete(end(task, Outcome.BENIGN))))
              .toList();
      for (int i = 0; i < done.size(); i++) {
        assertThat(done.get(i).get()).as("hand-off %d", i).isEqualTo(i > 0);
      }
    }
    assertThat(ledger("J").benign()).isEqualTo(50);
    assertThat(ledger("J").balanced()).isTrue();
  }

  @Test
  void an_outcome_is_counted_once_however_often_it_is_handed_off() {
    intake.accept("J", files("c1", 1));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Task task = queue.take(1, Set.of()).getFirst();
    assertThat(queue.complete(end(task, Outcome.BENIGN))).isTrue();
    assertThat(queue.complete(end(task, Outcome.BENIGN))).isFalse();
    assertThat(ledger("J").benign()).isEqualTo(1);
    assertThat(ledger("J").pending()).isZero();
    assertThat(new Results(redis).recordedOf("J")).isEqualTo(1);
  }

  @Test
  void bug_an_action_of_a_cancelled_job_was_tried_again_without_its_wait() {
    Task action = takeDueAction();
    jobs.steer("J", Jobs.Verb.CANCEL);
    RedisStageQueue actions = queue(Stage.ACTION, "w1");
    assertThat(actions.complete(Handoff.of(action).later(Duration.ofMinutes(1)))).isTrue();
    assertThat(actions.take(1, Set.of())).isEmpty();
    assertThat(jobs.find("J").orElseThrow().finished()).isFalse();
  }

  @Test
  void turns_are_counted_apart_from_tries_and_survive_a_retry_and_a_return() {
    intake.accept("J", files("c1", 1));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Task task = queue.take(1, Set.of()).getFirst();
    assertThat(queue.complete(Handoff.of(task).refused(Duration.ZERO))).isTrue();
    task = queue.take(1, Set.of()).getFirst();
    assertThat(task).returns(1, Task::refusals).returns(0, Task::tries);
    assertThat(queue.complete(Handoff.of(task).later(Duration.ofMillis(1)))).isTrue();
    task = after(Duration.ofSeconds(1), queue);
    assertThat(task).returns(1, Task::refusals).returns(1, Task::tries);
    assertThat(queue.complete(Handoff.of(task).refused(Duration.ofMillis(1)))).isTrue();
    task = after(Duration.ofSeconds(1), queue);
    assertThat(task).returns(2, Task::refusals).returns(1, Task::tries);
    assertThat(queue.complete(Handoff.of(task).back())).isTrue();
    assertThat(queue.take(1, Set.of()).getFirst())
        .returns(2, Task::refusals)
        .returns(1, Task::tries);
  }

  private Task after(Duration time, RedisStageQueue queue) {
    clock.advance(time);
    assertThat(queue.sweep(0)).isEmpty();
    return queue.take(1, Set.of()).getFirst();
  }
}
