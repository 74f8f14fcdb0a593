package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.record.CancelledFiles;
import io.dsxconnect.core.record.RecordDeletion;
import io.dsxconnect.core.record.RecordTotals;
import io.dsxconnect.core.record.ResultQuery;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.record.Retention;
import io.dsxconnect.core.redis.Key;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records, jobs and dead letters are kept up to a number and an age. */
class RetentionTest extends QueueFixture {
  private static final Duration MONTH = Duration.ofDays(31);

  @BeforeEach
  void syncNever() {
    redis.call(c -> c.configSet("appendfsync", "no"));
  }

  private String key(Key name, Object... arguments) {
    return redis.keys().of(name, arguments);
  }

  /** Scans all waiting files as benign, keeping {@code retain} records; -1 keeps all. */
  private void scanAll(long retain) {
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    for (Task task : takeAll(queue, Set.of())) {
      String json = "{\"id\":-1,\"scan_request_task_id\":\"" + task.id() + "\"}";
      assertThat(
              queue.complete(
                  Handoff.of(task)
                      .outcome(
                          Outcome.BENIGN,
                          new Handoff.Measured(4, 10, false, 1, 1),
                          "/data/x",
                          json,
                          retain)))
          .isTrue();
    }
  }

  private void fail(RedisStageQueue queue, Task task) {
    DeadLetter letter =
        DeadLetter.of(
            task, new Origin(null, "http://c:1"), "max_retries_exceeded", "no", null, null);
    assertThat(
            queue.complete(end(task, Outcome.FAILED).dead(letter.countedAs(Outcome.FAILED).json())))
        .isTrue();
  }

  private long records() {
    return redis.call(c -> c.keys(key(Key.RESULT, "[0-9]*"))).size();
  }

  @Test
  void bug_records_are_deleted_when_fewer_are_to_be_kept() {
    intake.accept("J", files("c1", 60));
    scanAll(-1);
    assertThat(records()).isEqualTo(60);
    new Retention(redis, 10).upkeep();
    assertThat(records()).isEqualTo(10);
    assertThat(redis.<List<String>>call(c -> c.keys(key(Key.RESULT_OF, "*")))).hasSize(10);
    intake.accept("K", files("c1", 5));
    scanAll(10);
    assertThat(records()).isEqualTo(10);
    assertThat(redis.<String>call(c -> c.get(key(Key.OLDEST)))).isEqualTo("56");
  }

  @Test
  void bug_records_that_an_older_version_skipped_are_deleted() {
    intake.accept("J", files("c1", 50));
    scanAll(-1);
    redis.call(c -> c.set(key(Key.OLDEST), "46"));
    redis.call(c -> c.del(key(Key.FORMAT)));
    try (var again = server.connect()) {
      new Retention(again, 10).upkeep();
    }
    assertThat(records()).isEqualTo(10);
  }

  @Test
  void bug_the_list_of_records_of_a_cancelled_job_ends_and_a_deleted_job_gets_none() {
    intake.accept("J", files("c1", 20));
    intake.accept("K", files("c1", 20));
    jobs.steer("J", Jobs.Verb.CANCEL);
    jobs.steer("K", Jobs.Verb.CANCEL);
    redis.call(c -> c.del(key(Key.JOB, "K")));
    new CancelledFiles(redis, new Origins(redis), clock, -1).recordAll();
    assertThat(redis.<Long>call(c -> c.ttl(key(Key.JOB_RESULTS, "J")))).isPositive();
    assertThat(redis.<Long>call(c -> c.exists(key(Key.JOB_RESULTS, "K")))).isZero();
  }

  @Test
  void bug_expired_jobs_leave_the_list_of_jobs() {
    for (int i = 0; i < 700; i++) {
      int at = i;
      redis.call(c -> c.zadd(key(Key.JOBS), at, "gone-" + at));
    }
    jobs.announce("J", "c1", "c1", false);
    Retention retention = new Retention(redis, 10);
    retention.upkeep();
    retention.upkeep();
    assertThat(redis.<List<String>>call(c -> c.zrange(key(Key.JOBS), 0, -1))).containsExactly("J");
  }

  @Test
  void bug_single_files_need_little_memory_and_the_number_of_jobs_is_bounded() {
    int maxJobs = 1000;
    Retention retention = new Retention(redis, 0, maxJobs, maxJobs);
    jobs.announce("scan", "c1", "c1", false);
    jobs.enqueueDone("scan", new Jobs.Listed(0, 0, 0));
    long before = usedMemory();
    for (int i = 0; i < 4 * maxJobs; i++) {
      intake.accept("single-" + i, files("c1", 1));
    }
    scanAll(0);
    for (Task notification : takeAll(queue(Stage.NOTIFY, "w1"), Set.of())) {
      queue(Stage.NOTIFY, "w1").complete(Handoff.of(notification));
    }
    clock.advance(Duration.ofSeconds(61));
    for (long ended = 1; ended > 0; ) {
      ended = jobs.endIdle(Duration.ofSeconds(60));
    }
    clock.advance(Duration.ofSeconds(61));
    for (int i = 0; i < 10; i++) {
      retention.upkeep();
    }
    assertThat(redis.<List<String>>call(c -> c.keys(key(Key.JOB, "*")))).hasSize(1);
    assertThat(redis.<List<String>>call(c -> c.keys(key(Key.JOB_ORIGINS, "*")))).isEmpty();
    assertThat(redis.<Long>call(c -> c.zcard(key(Key.JOBS)))).isEqualTo(maxJobs + 1L);
    assertThat(jobs.find("scan")).as("a full scan beside many single files").isPresent();
    assertThat((usedMemory() - before) / (4L * maxJobs)).as("bytes per file").isLessThan(300);
  }

  @Test
  void bug_archived_jobs_over_the_limit_were_not_forgotten_oldest_first() {
    for (int i = 0; i < 600; i++) {
      jobs.announce("scan-" + i, "c" + i, "c" + i, false);
    }
    clock.advance(Duration.ofSeconds(1));
    intake.accept("first", files("c1", 1));
    scanAll(-1);
    clock.advance(Duration.ofSeconds(61));
    assertThat(jobs.endIdle(Duration.ofSeconds(60))).isEqualTo(1);
    clock.advance(Duration.ofSeconds(61));
    Retention retention = new Retention(redis, -1, 1000, 1000);
    retention.upkeep();
    copyArchived("first", 1, 1000);
    // Each round starts the search for jobs over the limit at another rank.
    for (int youngest = 1000; youngest < 1500; youngest += 100) {
      retention.upkeep();
      copyArchived("job-" + youngest, youngest + 1, 100);
      retention.upkeep();
      List<String> kept = redis.call(c -> c.zrange(key(Key.JOBS), 600, -1));
      assertThat(kept).hasSize(1000).startsWith("job-" + (youngest - 899));
    }
    assertThat(redis.<String>call(c -> c.get(key(Key.ARCHIVED)))).isEqualTo("1000");
    assertThat(jobs.find("scan-0")).isPresent();
  }

  @Test
  void bug_an_answer_with_dead_letters_was_bounded_in_number_only() {
    DeadLetters letters = new DeadLetters(redis);
    String large = "{\"of\":\"" + "x".repeat(300_000) + "\"}";
    for (int i = 0; i < 40; i++) {
      redis.call(c -> c.xadd(letters.name(Stage.SCAN), Map.of("item", large)));
    }
    assertThat(letters.items(Stage.SCAN, 0, 100)).hasSize(14);
    assertThat(letters.items(Stage.SCAN, 14, 100)).hasSize(14);
    assertThat(letters.items(Stage.SCAN, 38, 100)).hasSize(2);
    assertThat(letters.items(Stage.SCAN, 3, 11)).hasSize(9);
  }

  @Test
  void bug_a_job_that_ended_again_is_kept_from_its_last_end_on() {
    intake.accept("J", files("c1", 1));
    jobs.enqueueDone("J", new Jobs.Listed(0, 0, 0));
    scanAll(-1);
    clock.advance(Duration.ofDays(20));
    intake.accept("J", files("c1", 1));
    scanAll(-1);
    assertThat(jobs.find("J").orElseThrow().finished()).isTrue();
    clock.advance(Duration.ofDays(20));
    new Retention(redis, -1).upkeep();
    assertThat(jobs.find("J")).isPresent();
    clock.advance(Duration.ofDays(20));
    new Retention(redis, -1).upkeep();
    assertThat(jobs.find("J")).isEmpty();
  }

  @Test
  void bug_a_stage_without_room_for_dead_letters_takes_nothing_and_they_end_with_age() {
    intake.accept("J", files("c1", 2));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    fail(queue, queue.take(1, Set.of()).getFirst());
    DeadLetters letters = new DeadLetters(redis);
    redis.call(
        c ->
            c.eval(
                "for i = 2, tonumber(ARGV[1]) do redis.call('XADD', KEYS[1], '*', 'item', '{}')"
                    + " end",
                ScriptOutputType.STATUS,
                new String[] {letters.name(Stage.SCAN)},
                Integer.toString(DeadLetters.MAX_PER_STAGE)));
    assertThat(letters.full(Stage.SCAN)).isTrue();
    assertThat(queue.take(1, Set.of())).isEmpty();
    clock.advance(MONTH);
    new Retention(redis, -1).upkeep();
    assertThat(letters.count(Stage.SCAN)).isZero();
    assertThat(queue.take(1, Set.of())).hasSize(1);
  }

  @Test
  void bug_without_a_notification_worker_the_backlog_is_bounded_and_scanning_continues() {
    intake.accept("J", files("c1", 50));
    String counter = key(Key.NOTIFICATIONS);
    redis.call(c -> c.set(counter, "9980"));
    scanAll(-1);
    assertThat(ledger("J").benign()).isEqualTo(50);
    assertThat(jobs.backlog(Stage.NOTIFY)).isEqualTo(20);
    new Retention(redis, -1).upkeep();
    assertThat(redis.<String>call(c -> c.get(counter))).as("counter after upkeep").isEqualTo("20");
    RedisStageQueue notify = queue(Stage.NOTIFY, "w1");
    takeAll(notify, Set.of()).forEach(task -> notify.complete(Handoff.of(task)));
    assertThat(redis.<String>call(c -> c.get(counter))).isEqualTo("0");
  }

  @Test
  void bug_replaying_ends_though_everything_fails_again() {
    intake.accept("J", files("c1", 5));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    takeAll(queue, Set.of()).forEach(task -> fail(queue, task));
    DeadLetters letters = new DeadLetters(redis);
    var worker = Thread.ofVirtual().unstarted(() -> failAll(queue));
    worker.start();
    try {
      assertThat(letters.requeue(Stage.SCAN, Long.MAX_VALUE))
          .isEqualTo(new DeadLetters.Requeued(5, 0, DeadLetters.Kept.NONE));
    } finally {
      worker.interrupt();
    }
    assertThat(ledger("J").balanced()).isTrue();
  }

  private void failAll(RedisStageQueue queue) {
    while (!Thread.currentThread().isInterrupted()) {
      takeAll(queue, Set.of()).forEach(task -> fail(queue, task));
    }
  }

  @Test
  void bug_a_replayed_file_is_not_counted_in_the_medians() {
    intake.accept("J", files("c1", 1));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Task task = queue.take(1, Set.of()).getFirst();
    String json = "{\"id\":-1,\"scan_request_task_id\":\"" + task.id() + "\"}";
    Origin origin = new Origin(null, "http://c:1");
    DeadLetter letter = DeadLetter.of(task, origin, "max_retries_exceeded", "no", null, null);
    queue.complete(
        Handoff.of(task)
            .outcome(Outcome.FAILED, new Handoff.Measured(0, 0, false, 1, 1), "/data/x", json, -1)
            .dead(letter.countedAs(Outcome.FAILED).json()));
    new DeadLetters(redis).requeue(Stage.SCAN, 1);
    assertThat(redis.<String>call(c -> c.hget(key(Key.STATS), "size:0"))).isEqualTo("0");
    assertThat(redis.<String>call(c -> c.hget(key(Key.STATS), "time:0"))).isEqualTo("0");
  }

  @Test
  void bug_cancelling_many_retries_takes_no_time_and_records_them() {
    jobs.announce("J", "c1", "c1", false);
    List<ScanRequest> file = List.of(file("c1", "/data/0").withConnector(null, "http://c:1/fs"));
    intake.accept("J", file);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Task task = queue.take(1, Set.of()).getFirst();
    queue.complete(Handoff.of(task).later(Duration.ofHours(1)));
    int retries = 300_000;
    // In parts, because a call of 8 s makes Redis count as unavailable.
    int part = 30_000;
    for (int from = 2; from <= retries; from += part) {
      String[] keys = {key(Key.LATER, Stage.SCAN.queue(), task.lane()), key(Key.JOB, "J")};
      String first = Integer.toString(from);
      String last = Integer.toString(Math.min(retries, from + part - 1));
      redis.call(
          c ->
              c.eval(
                  """
                  local f = cjson.decode(redis.call('ZRANGE', KEYS[1], 0, 0)[1])
                  local first, last = tonumber(ARGV[1]), tonumber(ARGV[2])
                  for i = first, last do
                    f[1] = 't' .. i
                    redis.call('ZADD', KEYS[1], i, cjson.encode(f))
                  end
                  redis.call('HINCRBY', KEYS[2], 'accepted', last - first + 1)
                  redis.call('HINCRBY', KEYS[2], 'pending', last - first + 1)
                  """,
                  ScriptOutputType.STATUS,
                  keys,
                  first,
                  last));
    }
    redis.call(c -> c.configSet("slowlog-log-slower-than", "100000"));
    redis.call(c -> c.slowlogReset());
    assertThat(jobs.steer("J", Jobs.Verb.CANCEL)).isEqualTo(Jobs.Steered.OK);
    assertThat(redis.<List<Object>>call(c -> c.slowlogGet()))
        .as("Redis calls longer than 100 ms")
        .isEmpty();
    assertThat(ledger("J").cancelled()).isEqualTo(retries);
    assertThat(jobs.find("J").orElseThrow().finished()).isTrue();
    assertThat(redis.<Set<String>>call(c -> c.smembers(key(Key.LANES, Stage.SCAN.queue()))))
        .isEmpty();
    assertThat(new RecordTotals(redis).totals().files(Outcome.CANCELLED))
        .as("cancelled files in the totals")
        .isEqualTo(retries);
    // 1,000 are enough to test the recording.
    String aside = redis.call(c -> c.keys(key(Key.ASIDE, "[0-9]*"))).getFirst();
    redis.call(c -> c.zremrangebyrank(aside, 1000, -1));
    CancelledFiles cancelled = new CancelledFiles(redis, new Origins(redis), clock, -1);
    assertThat(cancelled.recordAll()).isEqualTo(1000);
    assertThat(redis.<Long>call(c -> c.exists(aside, key(Key.ASIDES)))).isZero();
  }

  @Test
  void bug_cancel_leaves_the_file_of_another_job_under_the_same_id() {
    intake.accept("A", files("c1", 1));
    intake.accept("B", files("c1", 1));
    String ofB = redis.call(c -> c.lindex(key(Key.JOB_EXPRESS, "B"), 0));
    redis.call(c -> c.rpush(key(Key.JOB_EXPRESS, "A"), ofB));
    jobs.steer("A", Jobs.Verb.CANCEL);
    assertThat(ledger("A").cancelled()).isEqualTo(1);
    assertThat(ledger("A").balanced()).isTrue();
    assertThat(queue(Stage.SCAN, "w1").take(5, Set.of()))
        .extracting(Task::job)
        .containsExactly("B");
  }

  @Test
  void bug_an_unreadable_record_breaks_no_list() {
    List<ScanRequest> files =
        files("c1", 3).stream().map(f -> f.withConnector(null, "http://c:1/fs")).toList();
    intake.accept("J", files);
    jobs.steer("J", Jobs.Verb.CANCEL);
    new CancelledFiles(redis, new Origins(redis), clock, -1).recordAll();
    redis.call(c -> c.set(key(Key.RESULT, "2"), "{broken"));
    Results results = new Results(redis);
    assertThat(results.ofJob("J", 10)).hasSize(2);
    assertThat(results.find(ResultQuery.ofJob("J"), 10)).hasSize(2);
    new RecordDeletion(redis, results).deleteAll();
    assertThat(records()).isLessThanOrEqualTo(1);
  }
}
