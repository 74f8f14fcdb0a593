package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.core.TestClock;
import io.dsxconnect.core.TestRedis;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisAway;
import io.dsxconnect.core.result.CancelledFiles;
import io.dsxconnect.core.result.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisStageQueueTest {
  static final Duration LEASE = Duration.ofMillis(150);
  static TestRedis server;
  final TestClock clock = new TestClock();
  final AtomicInteger ids = new AtomicInteger();
  Redis redis;
  Intake intake;
  Jobs jobs;

  @BeforeAll
  static void start() {
    server = new TestRedis();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void connect() {
    redis = server.connect(clock);
    redis.call(c -> c.flushall());
    intake = new Intake(redis, () -> "task-" + ids.incrementAndGet());
    jobs = new Jobs(redis);
  }

  @AfterEach
  void disconnect() {
    redis.close();
  }

  static ScanRequest file(String connector, String location) {
    return new ScanRequest(
        new ConnectorInstance(
            connector,
            null,
            null,
            connector,
            null,
            "http://127.0.0.1:1/" + connector,
            ConnectorStatus.READY,
            ItemAction.NOTHING,
            "",
            "",
            null,
            "",
            null,
            null,
            null),
        location,
        location,
        "http://127.0.0.1:1/" + connector,
        null,
        4L,
        null,
        null,
        null,
        null,
        null);
  }

  static List<ScanRequest> files(String connector, int count) {
    return IntStream.range(0, count).mapToObj(i -> file(connector, "/data/" + i)).toList();
  }

  RedisStageQueue queue(Stage stage, String consumer) {
    return new RedisStageQueue(redis, stage, consumer, LEASE);
  }

  Handoff end(Task task, Outcome outcome) {
    return end(task, outcome, 1);
  }

  Handoff end(Task task, Outcome outcome, double elapsedMs) {
    String json = "{\"id\":-1,\"scan_request_task_id\":\"" + task.id() + "\"}";
    return Handoff.of(task)
        .outcome(outcome, 4, 10, false, elapsedMs, elapsedMs, "/data/x", json, -1);
  }

  Ledger ledger(String job) {
    return jobs.find(job).orElseThrow().ledger();
  }

  @Test
  void what_was_accepted_can_be_taken_once() {
    jobs.announce("J", "c1", "c1", false);
    intake.accept("J", files("c1", 3), null, null);
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
      intake.accept("J", files("c1", 100), null, null);
    }
    RedisStageQueue scan = queue(Stage.SCAN, "w1");
    int scanned = 0;
    for (List<Task> taken = scan.take(64, Set.of());
        !taken.isEmpty();
        taken = scan.take(64, Set.of())) {
      taken.forEach(task -> scan.complete(Handoff.of(task).put(Stage.RESULT, "V{}")));
      scanned += taken.size();
    }
    assertThat(scanned).as("so far ahead").isBetween(2_000, 2_100);

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
  void bug_times_that_add_up_to_a_whole_number_are_counted_like_others() {
    intake.accept("J", files("c1", 2), null, null);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    List<Task> tasks = queue.take(2, Set.of());
    assertThat(queue.complete(end(tasks.get(0), Outcome.BENIGN, 1.5))).isTrue();
    assertThat(queue.complete(end(tasks.get(1), Outcome.BENIGN, 2))).isTrue();
    assertThat(jobs.find("J").orElseThrow().fields()).containsEntry("total_read_elapsed_ms", "3.5");
  }

  @Test
  void bug_numbers_without_bound_fill_their_sums_and_the_ledger_still_balances() {
    intake.accept("J", files("c1", 3), null, null);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    String sum = redis.keys().key("job_key", "J");
    redis.call(c -> c.hset(sum, "total_scan_time_us", Long.toString(Long.MAX_VALUE - 5)));
    for (Task task : queue.take(3, Set.of())) {
      String json = "{\"id\":-1,\"scan_request_task_id\":\"" + task.id() + "\"}";
      assertThat(
              queue.complete(
                  Handoff.of(task)
                      .outcome(
                          Outcome.BENIGN,
                          Long.MAX_VALUE,
                          Long.MAX_VALUE,
                          false,
                          Double.POSITIVE_INFINITY,
                          Double.NaN,
                          "/data/x",
                          json,
                          -1)))
          .isTrue();
    }
    assertThat(ledger("J").benign()).isEqualTo(3);
    assertThat(ledger("J").pending()).isZero();
    assertThat(ledger("J").balanced()).isTrue();
    assertThat(jobs.find("J").orElseThrow().number("total_scan_time_us")).isEqualTo(Long.MAX_VALUE);
    assertThat(new Results(redis).stats().filesScanned()).isEqualTo(3);
  }

  @Test
  void bug_a_hand_off_that_redis_refuses_loses_no_other_and_stays_with_its_owner()
      throws Exception {
    intake.accept("bad", files("c2", 1), null, null);
    intake.accept("J", files("c1", 50), null, null);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    List<Task> tasks = takeAll(queue, Set.of());
    String c2 = Origin.of(file("c2", "/data/0")).connectorKey();
    String lane = redis.keys().key("lane_key", Stage.NOTIFY.queue(), c2);
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
    intake.accept("J", files("c1", 50), null, null);
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
  void bug_a_redis_without_memory_is_waited_for_and_no_file_is_given_up_for_it() {
    intake.accept("J", files("c1", 1), null, null);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Task task = queue.take(1, Set.of()).getFirst();
    redis.call(c -> c.configSet("maxmemory", "1"));
    try {
      assertThatThrownBy(() -> queue.complete(end(task, Outcome.BENIGN)))
          .isInstanceOf(RedisAway.class);
    } finally {
      redis.call(c -> c.configSet("maxmemory", "0"));
    }
    assertThat(queue.complete(end(task, Outcome.BENIGN))).isTrue();
    assertThat(ledger("J").benign()).isEqualTo(1);
    assertThat(ledger("J").balanced()).isTrue();
  }

  @Test
  void handoffs_at_the_same_time_are_each_counted_once_and_the_lost_one_alone_is_refused()
      throws Exception {
    jobs.announce("J", "c1", "c1", false);
    intake.accept("J", files("c1", 50), null, null);
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
  void a_repeat_with_the_same_idempotency_key_takes_nothing_in() {
    Intake.Answer first = intake.accept("J", files("c1", 2), null, "key");
    Intake.Answer second = intake.accept("J", files("c1", 2), null, "key");
    assertThat(second)
        .isEqualTo(new Intake.Answer.Accepted(((Intake.Answer.Accepted) first).tasks(), true));
    assertThat(ledger("J").accepted()).isEqualTo(2);
  }

  @Test
  void bug_a_batch_of_two_connectors_under_one_idempotency_key_loses_neither() {
    intake.accept("J", files("c1", 2), null, "key");
    intake.accept("J", files("c2", 3), null, "key");
    assertThat(ledger("J").accepted()).isEqualTo(5);
  }

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
    intake.accept("J", files("c1", 1), null, null);
    RedisStageQueue scan = queue(Stage.SCAN, "w1");
    Task task = scan.take(1, Set.of()).getFirst();
    scan.complete(end(task, Outcome.MALICIOUS).actionDue().put(Stage.ACTION, "?"));
    jobs.enqueueDone("J", new Jobs.Listed(1, 0, 0));
    assertThat(jobs.find("J").orElseThrow().finished()).isFalse();
    RedisStageQueue action = queue(Stage.ACTION, "w1");
    Task acting = action.take(1, Set.of()).getFirst();
    action.complete(Handoff.of(acting).dead("{}").actionDropped());
    assertThat(jobs.find("J").orElseThrow().finished()).isTrue();
  }

  @Test
  void an_outcome_is_counted_once_however_often_it_is_handed_off() {
    intake.accept("J", files("c1", 1), null, null);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Task task = queue.take(1, Set.of()).getFirst();
    assertThat(queue.complete(end(task, Outcome.BENIGN))).isTrue();
    assertThat(queue.complete(end(task, Outcome.BENIGN))).isFalse();
    assertThat(ledger("J").benign()).isEqualTo(1);
    assertThat(ledger("J").pending()).isZero();
    assertThat(new Results(redis).recordedOf("J")).isEqualTo(1);
  }

  @Test
  void a_worker_that_fell_silent_loses_its_task_and_cannot_finish_it_any_more() {
    intake.accept("J", files("c1", 1), null, null);
    RedisStageQueue silent = queue(Stage.SCAN, "w1");
    Task lost = silent.take(1, Set.of()).getFirst();
    clock.advance(LEASE.plusSeconds(1));
    RedisStageQueue other = queue(Stage.SCAN, "w2");
    List<Task> claimed = new ArrayList<>();
    Awaitility.await().until(() -> claimed.addAll(other.sweep(10)));
    assertThat(claimed.getFirst().id()).isEqualTo(lost.id());
    assertThat(claimed.getFirst().suspect()).isTrue();
    assertThat(silent.renew(List.of(lost))).containsExactly(lost);
    assertThat(silent.complete(end(lost, Outcome.BENIGN))).isFalse();
    assertThat(other.complete(end(claimed.getFirst(), Outcome.MALICIOUS))).isTrue();
    assertThat(ledger("J").malicious()).isEqualTo(1);
    assertThat(ledger("J").balanced()).isTrue();
  }

  @Test
  void a_lease_that_is_renewed_is_not_taken_away() {
    intake.accept("J", files("c1", 1), null, null);
    RedisStageQueue busy = queue(Stage.SCAN, "w1");
    Task task = busy.take(1, Set.of()).getFirst();
    clock.advance(LEASE.plusSeconds(1));
    RedisStageQueue other = queue(Stage.SCAN, "w2");
    long until = System.nanoTime() + LEASE.multipliedBy(4).toNanos();
    while (System.nanoTime() < until) {
      assertThat(busy.renew(List.of(task))).isEmpty();
      assertThat(other.sweep(10)).isEmpty();
    }
    assertThat(busy.complete(end(task, Outcome.BENIGN))).isTrue();
  }

  @Test
  void nothing_is_claimed_for_one_lease_after_connecting() {
    intake.accept("J", files("c1", 1), null, null);
    queue(Stage.SCAN, "w1").take(1, Set.of());
    RedisStageQueue other = queue(Stage.SCAN, "w2");
    Awaitility.await().pollDelay(LEASE.multipliedBy(2)).until(() -> true);
    assertThat(other.sweep(10)).isEmpty();
  }

  @Test
  void deaths_count_only_for_the_task_that_ran_alone() {
    intake.accept("J", files("c1", 2), null, null);
    queue(Stage.SCAN, "w1").take(2, Set.of());
    clock.advance(LEASE.plusSeconds(1));
    RedisStageQueue w2 = queue(Stage.SCAN, "w2");
    List<Task> claimed = new ArrayList<>();
    Awaitility.await().until(() -> claimed.addAll(w2.sweep(10)) && claimed.size() == 2);
    assertThat(claimed).extracting(Task::deaths).containsOnly(0);
    w2.markAlone(claimed.getFirst());
    List<Task> again = new ArrayList<>();
    RedisStageQueue w3 = queue(Stage.SCAN, "w3");
    Awaitility.await().until(() -> again.addAll(w3.sweep(10)) && again.size() == 2);
    assertThat(again).extracting(Task::deaths).containsExactlyInAnyOrder(1, 0);
  }

  @Test
  void jobs_share_a_worker_and_a_single_file_does_not_wait_behind_a_big_job() {
    jobs.announce("BIG", "c1", "c1", false);
    for (int i = 0; i < 5; i++) {
      intake.accept("BIG", files("c1", 1000), null, null);
    }
    intake.accept("single", files("c1", 1), null, null);
    List<Task> taken = queue(Stage.SCAN, "w1").take(8, Set.of());
    assertThat(taken).hasSizeLessThanOrEqualTo(8).extracting(Task::job).contains("single", "BIG");
  }

  @Test
  void a_gated_connector_holds_up_only_itself() {
    intake.accept("A", files("c1", 2), null, null);
    intake.accept("B", files("c2", 2), null, null);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    String down = Origin.of(file("c1", "/data/0")).connectorKey();
    assertThat(takeAll(queue, Set.of(down))).extracting(Task::job).containsOnly("B");
    assertThat(takeAll(queue, Set.of())).extracting(Task::job).containsOnly("A");
  }

  @Test
  void bug_work_that_waits_for_its_connector_wakes_nobody() {
    intake.accept("A", files("c1", 2), null, null);
    intake.accept("B", files("c2", 2), null, null);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    queue.await(Duration.ofSeconds(30));
    String wake = redis.keys().key("wake_key", Stage.SCAN.queue());
    Set<String> down = Set.of(Origin.of(file("c1", "/data/0")).connectorKey());
    assertThat(queue.take(1, down)).extracting(Task::job).containsExactly("B");
    assertThat(redis.<Long>call(c -> c.del(wake))).as("for the other file of B").isEqualTo(1);
    assertThat(queue.take(1, down)).extracting(Task::job).containsExactly("B");
    redis.<Long>call(c -> c.del(wake));
    for (int i = 0; i < 3; i++) {
      assertThat(queue.take(1, down)).isEmpty();
      assertThat(redis.<Long>call(c -> c.del(wake))).as("while only A waits").isZero();
    }
    assertThat(takeAll(queue, Set.of())).hasSize(2);
  }

  List<Task> takeAll(RedisStageQueue queue, Set<String> gated) {
    List<Task> all = new ArrayList<>();
    for (List<Task> some = queue.take(10, gated); !some.isEmpty(); some = queue.take(10, gated)) {
      all.addAll(some);
    }
    return all;
  }

  @Test
  void a_paused_job_is_not_read_and_refuses_files_until_it_is_resumed() {
    jobs.announce("J", "c1", "c1", false);
    intake.accept("J", files("c1", 5), null, null);
    assertThat(jobs.steer("J", Jobs.Verb.PAUSE)).isEqualTo(Jobs.Steered.OK);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    assertThat(takeAll(queue, Set.of())).isEmpty();
    assertThat(intake.accept("J", files("c1", 1), null, null))
        .isInstanceOf(Intake.Answer.Paused.class);
    jobs.steer("J", Jobs.Verb.RESUME);
    assertThat(takeAll(queue, Set.of())).hasSize(5);
  }

  @Test
  void pausing_also_holds_files_of_an_express_lane() {
    intake.accept("J", files("c1", 3), null, null);
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
      intake.accept("J", files("c1", 1000), null, null);
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
    assertThat(intake.accept("J", files("c1", 1), null, null))
        .isInstanceOf(Intake.Answer.Cancelled.class);
  }

  @Test
  void bug_a_cancel_while_every_file_is_in_work_loses_none_of_them() {
    jobs.announce("J", "c1", "c1", false);
    intake.accept("J", files("c1", 3), null, null);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    List<Task> held = queue.take(10, Set.of());
    assertThat(jobs.steer("J", Jobs.Verb.CANCEL)).isEqualTo(Jobs.Steered.OK);
    held.forEach(task -> assertThat(queue.complete(end(task, Outcome.BENIGN))).isTrue());
    assertThat(ledger("J").benign()).isEqualTo(3);
    assertThat(jobs.find("J").orElseThrow().finished()).isTrue();
  }

  @Test
  void bug_a_batch_larger_than_lua_can_hand_over_at_once_has_one_idempotent_answer() {
    List<ScanRequest> many = files("c1", 9000);
    Intake.Answer first = intake.accept("J", many, null, "key");
    assertThat(intake.accept("J", many, null, "key"))
        .isEqualTo(new Intake.Answer.Accepted(((Intake.Answer.Accepted) first).tasks(), true));
    assertThat(ledger("J").accepted()).isEqualTo(9000);
  }

  @Test
  void bug_one_call_takes_in_a_thousand_and_a_repeat_only_the_parts_that_are_missing() {
    List<ScanRequest> many = files("c1", 2_500);
    assertThat(intake.accept("J", many.subList(0, 1_000), null, "key"))
        .isInstanceOf(Intake.Answer.Accepted.class);
    Intake.Answer.Accepted whole = (Intake.Answer.Accepted) intake.accept("J", many, null, "key");
    assertThat(whole.repeated()).isFalse();
    assertThat(whole.tasks()).hasSize(2_500).doesNotHaveDuplicates();
    assertThat(ledger("J").accepted()).isEqualTo(2_500);
    assertThat(jobs.find("J").orElseThrow().ledger().balanced()).isTrue();
  }

  @Test
  void every_cancelled_file_gets_its_record_once() {
    jobs.announce("J", "c1", "c1", false);
    List<ScanRequest> files =
        files("c1", 1000).stream().map(f -> f.withConnector(null, "http://c:1/fs")).toList();
    intake.accept("J", files, null, null);
    intake.accept("other", files.subList(0, 2), null, null);
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
  void bug_a_single_file_in_an_express_lane_is_cancelled_though_nobody_takes_it() {
    intake.accept("J", files("c1", 2), null, null);
    intake.accept("other", files("c1", 1), null, null);
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
      intake.accept(job, files("c1", 2), null, null);
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
    intake.accept("J", files("c1", 1), null, null);
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
  }

  @Test
  void a_retry_waits_its_time_and_comes_back_with_one_try_less() {
    intake.accept("J", files("c1", 1), null, null);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Task task = queue.take(1, Set.of()).getFirst();
    assertThat(queue.complete(Handoff.of(task).later(Duration.ofSeconds(30), clock))).isTrue();
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
  void an_unannounced_job_ends_when_it_was_idle_and_a_later_file_reopens_it() {
    intake.accept("J", files("c1", 1), null, null);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    queue.complete(end(queue.take(1, Set.of()).getFirst(), Outcome.BENIGN));
    assertThat(jobs.endIdle(Duration.ofSeconds(60))).isZero();
    clock.advance(Duration.ofSeconds(61));
    assertThat(jobs.endIdle(Duration.ofSeconds(60))).isEqualTo(1);
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("completed");
    intake.accept("J", files("c1", 1), null, null);
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("running");
    assertThat(jobs.find("J").orElseThrow().finished()).isFalse();
  }

  @Test
  void a_second_full_scan_of_the_same_scope_is_the_active_one_unless_forced() {
    assertThat(jobs.announce("J1", "c1", "scope", false)).isEqualTo("J1");
    assertThat(jobs.announce("J2", "c1", "scope", false)).isEqualTo("J1");
    assertThat(jobs.announce("J3", "c1", "scope", true)).isEqualTo("J3");
  }

  @Test
  void bug_a_full_scan_under_a_used_job_id_does_not_add_to_the_old_ledger() {
    jobs.announce("listed", "c1", "c1", false);
    intake.accept("listed", files("c1", 1), null, null);
    jobs.enqueueDone("listed", new Jobs.Listed(1, 0, 0));
    assertThat(jobs.announce("listed", "c1", "c1", true)).as("it still scans").isEmpty();
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    queue.complete(end(queue.take(1, Set.of()).getFirst(), Outcome.BENIGN));
    assertThat(jobs.announce("listed", "c1", "c1", false)).as("it ended").isEmpty();
    assertThat(jobs.find("listed").orElseThrow().status()).isEqualTo("completed");
    assertThat(jobs.announce("lists", "c1", "c2", false)).isEqualTo("lists");
    assertThat(jobs.announce("lists", "c1", "c2", false)).as("it still lists").isEqualTo("lists");
  }

  @Test
  void bug_of_two_tasks_with_the_same_entry_in_two_lanes_only_the_lost_one_is_lost() {
    intake.accept("A", files("c1", 1), null, null);
    intake.accept("B", files("c2", 1), null, null);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Task kept = queue.take(1, Set.of()).getFirst();
    Task lost =
        new Task(
            Stage.SCAN, "c2", kept.entry(), "1", "task-2", "B", 0, kept.origin(), "{}", 0, false);
    assertThat(queue.renew(List.of(kept, lost))).containsExactly(lost);
    assertThat(queue.renew(List.of(lost, kept))).containsExactly(lost);
  }

  @Test
  void what_was_accepted_survives_a_kill_of_redis() {
    intake.accept("J", files("c1", 3), null, null);
    server.crashAndRestart();
    Awaitility.await().until(redis::alive);
    assertThat(takeAll(queue(Stage.SCAN, "w1"), Set.of())).hasSize(3);
  }

  @Test
  void waiting_ends_at_once_when_there_is_work() {
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Thread waiter = Thread.startVirtualThread(() -> queue.await(Duration.ofSeconds(30)));
    intake.accept("J", files("c1", 1), null, null);
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !waiter.isAlive());
    queue.close();
  }
}
