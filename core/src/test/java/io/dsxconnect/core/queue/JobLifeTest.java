package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.core.job.Announced;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.record.CancelledFiles;
import io.dsxconnect.core.record.Results;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The life of a job from its announcement to its end, and its ledger on the way. */
class JobLifeTest extends QueueFixture {
  @Test
  void bug_a_caller_that_will_repeat_does_not_make_a_paused_job_incomplete() {
    jobs.announce("J", "c1", "c1", false);
    jobs.steer("J", Jobs.Verb.PAUSE);
    assertThat(intake.accept("J", files("c1", 2), null, "key"))
        .isEqualTo(new Intake.Answer.Paused());
    jobs.steer("J", Jobs.Verb.RESUME);
    jobs.enqueueDone("J", new Jobs.Listed(0, 0, 0));
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("completed");
  }

  @Test
  void an_action_that_is_dropped_does_not_keep_its_job_open() {
    intake.accept("J", files("c1", 1));
    RedisStageQueue scan = queue(Stage.SCAN, "w1");
    Task task = scan.take(1, Set.of()).getFirst();
    scan.complete(end(task, Outcome.MALICIOUS).actionDue().put(Stage.ACTION, "?"));
    jobs.enqueueDone("J", new Jobs.Listed(1, 0, 0));
    assertThat(jobs.find("J").orElseThrow().finished()).isFalse();
    RedisStageQueue action = queue(Stage.ACTION, "w1");
    Task acting = action.take(1, Set.of()).getFirst();
    action.complete(Handoff.of(acting).dead("{}").actionLost());
    assertThat(jobs.find("J").orElseThrow().finished()).isTrue();
  }

  @Test
  void a_paused_job_is_not_read_and_refuses_files_until_it_is_resumed() {
    jobs.announce("J", "c1", "c1", false);
    intake.accept("J", files("c1", 5));
    assertThat(jobs.steer("J", Jobs.Verb.PAUSE)).isEqualTo(Jobs.Steered.OK);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    assertThat(takeAll(queue, Set.of())).isEmpty();
    assertThat(intake.accept("J", files("c1", 1))).isInstanceOf(Intake.Answer.Paused.class);
    jobs.steer("J", Jobs.Verb.RESUME);
    assertThat(takeAll(queue, Set.of())).hasSize(5);
  }

  @Test
  void pausing_also_holds_files_of_an_express_lane() {
    intake.accept("J", files("c1", 3));
    jobs.steer("J", Jobs.Verb.PAUSE);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    assertThat(takeAll(queue, Set.of())).isEmpty();
    jobs.steer("J", Jobs.Verb.RESUME);
    assertThat(takeAll(queue, Set.of())).hasSize(3);
  }

  @Test
  void cancelling_counts_what_waits_and_lets_what_is_in_work_end() {
    jobs.announce("J", "c1", "c1", false);
    for (int i = 0; i < 20; i++) {
      intake.accept("J", files("c1", 1000));
    }
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    List<Task> held = queue.take(4, Set.of());
    jobs.steer("J", Jobs.Verb.CANCEL);
    assertThat(ledger("J").cancelled()).isEqualTo(20_000 - 4);
    assertThat(ledger("J").pending()).isEqualTo(4);
    assertThat(queue.renew(held)).isEmpty();
    held.forEach(task -> assertThat(queue.complete(end(task, Outcome.MALICIOUS))).isTrue());
    assertThat(ledger("J").malicious()).isEqualTo(4);
    assertThat(ledger("J").balanced()).isTrue();
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("cancelled");
    assertThat(jobs.find("J").orElseThrow().finished()).isTrue();
    assertThat(intake.accept("J", files("c1", 1))).isInstanceOf(Intake.Answer.Cancelled.class);
  }

  @Test
  void bug_a_cancel_while_every_file_is_in_work_loses_none_of_them() {
    jobs.announce("J", "c1", "c1", false);
    intake.accept("J", files("c1", 3));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    List<Task> held = queue.take(10, Set.of());
    assertThat(jobs.steer("J", Jobs.Verb.CANCEL)).isEqualTo(Jobs.Steered.OK);
    held.forEach(task -> assertThat(queue.complete(end(task, Outcome.BENIGN))).isTrue());
    assertThat(ledger("J").benign()).isEqualTo(3);
    assertThat(jobs.find("J").orElseThrow().finished()).isTrue();
  }

  @Test
  void every_cancelled_file_gets_its_record_once() {
    jobs.announce("J", "c1", "c1", false);
    List<ScanRequest> files =
        files("c1", 1000).stream().map(f -> f.withConnector(null, "http://c:1/fs")).toList();
    intake.accept("J", files);
    intake.accept("other", files.subList(0, 2));
    queue(Stage.SCAN, "w1").take(4, Set.of());
    jobs.steer("J", Jobs.Verb.CANCEL);
    jobs.steer("other", Jobs.Verb.CANCEL);
    long waiting = ledger("J").cancelled() + ledger("other").cancelled();
    CancelledFiles cancelled = new CancelledFiles(redis, new Origins(redis), clock, -1);
    assertThat(cancelled.recordAll()).isEqualTo(waiting);
    assertThat(cancelled.recordAll()).isZero();
    Results results = new Results(redis);
    assertThat(results.recordedOf("J")).isEqualTo(ledger("J").cancelled());
    ScanResult record = results.ofJob("J", 1).getFirst();
    assertThat(record.status()).isEqualTo(ScanResultStatus.CANCELLED);
    assertThat(record.scanRequest()).isNotNull();
    List<String> asides = redis.call(c -> c.keys("*aside:[0-9]*"));
    assertThat(asides).isEmpty();
  }

  @Test
  void bug_a_single_file_in_an_express_lane_is_cancelled_though_no_worker_takes_it() {
    intake.accept("J", files("c1", 2));
    intake.accept("other", files("c1", 1));
    jobs.steer("J", Jobs.Verb.CANCEL);
    assertThat(ledger("J").cancelled()).isEqualTo(2);
    assertThat(jobs.find("J").orElseThrow().finished()).isTrue();
    assertThat(queue(Stage.SCAN, "w1").take(10, Set.of()))
        .extracting(Task::job)
        .containsExactly("other");
  }

  @Test
  void a_job_ends_whether_enqueue_done_comes_before_or_after_the_last_outcome() {
    for (boolean doneFirst : new boolean[] {true, false}) {
      String job = "J" + doneFirst;
      jobs.announce(job, "c1", job, false);
      intake.accept(job, files("c1", 2));
      RedisStageQueue queue = queue(Stage.SCAN, "w1");
      if (doneFirst) {
        jobs.enqueueDone(job, new Jobs.Listed(2, 0, 0));
      }
      takeAll(queue, Set.of()).forEach(task -> queue.complete(end(task, Outcome.BENIGN)));
      if (!doneFirst) {
        assertThat(jobs.find(job).orElseThrow().finished()).isFalse();
        jobs.enqueueDone(job, new Jobs.Listed(0, 0, 0));
      }
      assertThat(jobs.find(job).orElseThrow().status()).isEqualTo("completed");
    }
  }

  @Test
  void a_listing_with_errors_or_with_files_that_never_came_ends_incomplete() {
    jobs.announce("errors", "c1", "1", false);
    jobs.enqueueDone("errors", new Jobs.Listed(0, 0, 1));
    assertThat(jobs.find("errors").orElseThrow().status()).isEqualTo("incomplete");
    jobs.announce("lacking", "c1", "2", false);
    jobs.enqueueDone("lacking", new Jobs.Listed(3, 0, 0));
    assertThat(jobs.find("lacking").orElseThrow().status()).isEqualTo("incomplete");
  }

  @Test
  void a_job_waits_for_the_outcome_of_its_actions() {
    jobs.announce("J", "c1", "c1", false);
    intake.accept("J", files("c1", 1));
    jobs.enqueueDone("J", new Jobs.Listed(1, 0, 0));
    RedisStageQueue scan = queue(Stage.SCAN, "w1");
    Task task = scan.take(1, Set.of()).getFirst();
    scan.complete(Handoff.of(task).actionDue().put(Stage.RESULT, "{}").put(Stage.ACTION, "{}"));
    RedisStageQueue result = queue(Stage.RESULT, "w1");
    Task verdict = result.take(1, Set.of()).getFirst();
    result.complete(end(verdict, Outcome.MALICIOUS));
    assertThat(jobs.find("J").orElseThrow().finished()).isFalse();
    RedisStageQueue action = queue(Stage.ACTION, "w1");
    action.complete(Handoff.of(action.take(1, Set.of()).getFirst()).put(Stage.RESULT, "{}"));
    result.complete(
        Handoff.of(result.take(1, Set.of()).getFirst())
            .amend(
                "{\"id\":-1,\"scan_request_task_id\":\"task-1\",\"status\":\"action succeeded\"}",
                null));
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("completed");
    assertThat(ledger("J").malicious()).isEqualTo(1);
    assertThat(new Results(redis).ofTask("task-1").orElseThrow().id()).isEqualTo(1);
    // Readers of events must not count the file twice, whatever its action did.
    List<Task> notified = queue(Stage.NOTIFY, "w1").take(2, Set.of());
    assertThat(notified).hasSize(2);
    assertThat(notified.get(0).body()).doesNotContain("amended");
    assertThat(notified.get(1).body())
        .isEqualTo(
            "{\"id\":1,\"scan_request_task_id\":\"task-1\",\"status\":\"action succeeded\","
                + "\"amended\":true}");
  }

  @Test
  void an_unannounced_job_ends_when_it_was_idle_and_a_later_file_reopens_it() {
    intake.accept("J", files("c1", 1));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    queue.complete(end(queue.take(1, Set.of()).getFirst(), Outcome.BENIGN));
    assertThat(jobs.endIdle(Duration.ofSeconds(60))).isZero();
    clock.advance(Duration.ofSeconds(61));
    assertThat(jobs.endIdle(Duration.ofSeconds(60))).isEqualTo(1);
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("completed");
    intake.accept("J", files("c1", 1));
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("running");
    assertThat(jobs.find("J").orElseThrow().finished()).isFalse();
  }

  @Test
  void a_second_full_scan_of_the_same_scope_is_the_active_one_unless_forced() {
    assertThat(jobs.announce("J1", "c1", "scope", false)).isEqualTo(new Announced.New());
    assertThat(jobs.announce("J2", "c1", "scope", false)).isEqualTo(new Announced.Active("J1"));
    assertThat(jobs.announce("J3", "c1", "scope", true)).isEqualTo(new Announced.New());
  }

  @Test
  void bug_a_full_scan_under_a_used_job_id_does_not_add_to_the_old_ledger() {
    jobs.announce("listed", "c1", "c1", false);
    intake.accept("listed", files("c1", 1));
    jobs.enqueueDone("listed", new Jobs.Listed(1, 0, 0));
    assertThat(jobs.announce("listed", "c1", "c1", true))
        .as("a job that is scanning")
        .isEqualTo(new Announced.Used());
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    queue.complete(end(queue.take(1, Set.of()).getFirst(), Outcome.BENIGN));
    assertThat(jobs.announce("listed", "c1", "c1", false))
        .as("a finished job")
        .isEqualTo(new Announced.Used());
    assertThat(jobs.find("listed").orElseThrow().status()).isEqualTo("completed");
    assertThat(jobs.announce("lists", "c1", "c2", true)).isEqualTo(new Announced.New());
    assertThat(jobs.announce("lists", "c1", "c2", false))
        .as("a job that is listing")
        .isEqualTo(new Announced.New());
  }
}
