package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.job.ActionCounts;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.JobProgress;
import io.dsxconnect.core.job.JobQuery;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.redis.Key;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A finished single-file job is archived in a packed form, which shows the same. */
class ArchivedJobTest extends ArchiveFixture {
  @Test
  void an_archived_job_has_the_same_fields_as_before() {
    single("plain", null);
    single("named", "night run");
    single(UUID.randomUUID().toString(), null);
    scanAll(Outcome.BENIGN, 123.456);
    single("odd \u00e4\n/:*", null);
    clock.advance(Duration.ofSeconds(200));
    scanAll(Outcome.NOT_SCANNED, 0);
    endIdle();
    List<String> ids = jobs.find(JobQuery.ALL, Integer.MAX_VALUE).stream().map(Job::id).toList();
    assertThat(ids).hasSize(4);
    Map<String, Job> before = byId(ids);
    List<Long> ttls = ids.stream().map(id -> jobs.raw(id).ttl()).toList();
    archive();
    assertThat(ids).allMatch(this::isArchived);
    assertThat(byId(ids)).isEqualTo(before);
    assertThat(before.values())
        .allSatisfy(
            job ->
                assertThat(job.fields()).containsKeys("first_scan_started_ms", "last_terminal_ms"));
    assertThat(jobs.find(JobQuery.ALL, Integer.MAX_VALUE).stream().map(Job::id)).isEqualTo(ids);
    for (String id : ids) {
      assertThat(ledger(id).balanced()).isTrue();
      assertThat(new Job(jobs.raw(id).data())).isEqualTo(before.get(id));
      assertThat(jobs.raw(id).ttl()).isBetween(ttls.get(0) - 63, ttls.get(0) - 59);
      assertThat(results.recordedOf(id)).isEqualTo(1);
      assertThat(results.prunedOf(id)).isZero();
    }
  }

  @Test
  void a_job_with_fractional_elapsed_times_is_archived() {
    single("J", null);
    scanAll(Outcome.BENIGN, 12345.678);
    endIdle();
    archive();
    assertThat(isArchived("J")).isTrue();
    assertThat(jobs.find("J").orElseThrow().fields())
        .containsEntry("total_request_elapsed_ms", "12345.678");
  }

  @Test
  void long_names_and_long_waits_do_not_enlarge_the_archives_of_other_jobs() {
    String longId = "j".repeat(200);
    single("waited", null);
    single("named", "n".repeat(200));
    single(longId, null);
    clock.advance(Duration.ofDays(3));
    scanAll(Outcome.BENIGN, 123_456);
    single("usual", null);
    scanAll(Outcome.BENIGN, 1);
    endIdle();
    Map<String, Job> before = byId(List.of("waited", "named", longId, "usual"));
    archive();
    assertThat(before.keySet()).allMatch(this::isArchived);
    assertThat(byId(before.keySet())).isEqualTo(before);
    for (String key : redis.<List<String>>call(c -> c.keys(redis.keys().of(Key.ARCHIVE, "*")))) {
      assertThat(redis.<String>call(c -> c.objectEncoding(key)))
          .isEqualTo(key.contains("long-") ? "hashtable" : "listpack");
    }
    assertThat(jobs.deleteFinished()).isEqualTo(4);
    assertThat(redis.<String>call(c -> c.get(redis.keys().of(Key.ARCHIVED)))).isEqualTo("0");
  }

  @Test
  void a_job_whose_file_was_acted_on_is_archived() {
    single("J", null);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    for (Task task : takeAll(queue, Set.of())) {
      redis.call(c -> c.hset(redis.keys().of(Key.JOB, "J"), "actions_pending", "0"));
      assertThat(queue.complete(end(task, Outcome.MALICIOUS))).isTrue();
    }
    endIdle();
    Job before = jobs.find("J").orElseThrow();
    archive();
    assertThat(isArchived("J")).isTrue();
    assertThat(jobs.find("J")).contains(before);
  }

  /** A job of one malicious file whose action ended so. */
  private void acted(String job, String status, String action) {
    single(job, null);
    RedisStageQueue scan = queue(Stage.SCAN, "w1");
    Task scanned = scan.take(1, Set.of()).getFirst();
    assertThat(
            scan.complete(
                Handoff.of(scanned).put(Stage.RESULT, "V").actionDue().put(Stage.ACTION, "V")))
        .isTrue();
    RedisStageQueue result = queue(Stage.RESULT, "w1");
    assertThat(result.complete(end(result.take(1, Set.of()).getFirst(), Outcome.MALICIOUS)))
        .isTrue();
    RedisStageQueue actions = queue(Stage.ACTION, "w1");
    String json =
        "{\"id\":-1,\"item_action\":{\"status\":\"%s\",\"message\":\"outcome unconfirmed\"},\"status\":\"%s\"}"
            .formatted(action, status);
    assertThat(actions.complete(Handoff.of(actions.take(1, Set.of()).getFirst()).amend(json, null)))
        .isTrue();
  }

  @Test
  void the_item_action_of_an_archived_job_is_still_counted() {
    acted("deleted", "action succeeded", "success");
    acted("kept", "action attempted, but failed", "error");
    acted("gone", "scanned", "nothing");
    endIdle();
    Map<String, Job> before = byId(List.of("deleted", "kept", "gone"));
    archive();
    assertThat(before.keySet()).allMatch(this::isArchived);
    assertThat(byId(before.keySet())).isEqualTo(before);
    assertThat(counts("deleted")).isEqualTo(new ActionCounts(0, 1, 0, 0));
    assertThat(counts("kept")).isEqualTo(new ActionCounts(0, 0, 1, 0));
    assertThat(counts("gone")).isEqualTo(new ActionCounts(0, 0, 0, 1));
  }

  private @Nullable ActionCounts counts(String job) {
    return ActionCounts.of(jobs.find(job).orElseThrow());
  }

  @Test
  void the_usual_archived_job_fits_the_dense_hash() {
    single(UUID.randomUUID().toString(), null);
    scanAll(Outcome.BENIGN, 123_456.789);
    endIdle();
    archive();
    assertThat(redis.<List<String>>call(c -> c.keys(redis.keys().of(Key.ARCHIVE, "long-*"))))
        .isEmpty();
    assertThat(redis.<List<String>>call(c -> c.keys(redis.keys().of(Key.ARCHIVE, "*")))).hasSize(1);
  }

  @Test
  void the_processing_window_is_exact_to_the_millisecond() {
    single("J", null);
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    long before = System.currentTimeMillis();
    Task task = queue.take(1, Set.of()).getFirst();
    clock.advance(Duration.ofMillis(12_345));
    assertThat(queue.complete(end(task, Outcome.BENIGN))).isTrue();
    long took = System.currentTimeMillis() - before;
    double seconds = JobProgress.of(jobs.find("J").orElseThrow(), 0).windowLength();
    assertThat(seconds).isBetween(12.345, 12.347 + took / 1000.0);
    assertThat(seconds * 1000 % 1000).as("milliseconds").isNotZero();
  }

  @Test
  void a_job_that_does_not_fit_the_packed_form_is_not_archived() {
    intake.accept("two", files("c1", 2));
    single("listed", null);
    jobs.enqueueDone("listed", new Jobs.Listed(1, 0, 0));
    single("cancelled", null);
    jobs.steer("cancelled", Jobs.Verb.CANCEL);
    scanAll(Outcome.BENIGN, 1);
    endIdle();
    Map<String, Job> before = byId(List.of("two", "listed", "cancelled"));
    archive();
    assertThat(before.keySet()).noneMatch(this::isArchived);
    assertThat(byId(List.of("two", "listed", "cancelled"))).isEqualTo(before);
  }

  @Test
  void bug_a_day_of_single_files_left_a_kilobyte_of_each() {
    int files = 4000;
    // Also loads the scripts, which are not part of it.
    archivedSingle("warm-up");
    long before = usedMemory();
    Stream.generate(() -> UUID.randomUUID().toString()).limit(files).forEach(j -> single(j, null));
    scanAll(Outcome.BENIGN, 123.456);
    redis.call(
        c ->
            c.eval(
                "for _, k in ipairs(redis.call('KEYS', '*:result*')) do "
                    + "redis.call('DEL', k) end",
                ScriptOutputType.INTEGER));
    endIdle();
    clock.advance(Duration.ofSeconds(61));
    retention.upkeep();
    assertThat(redis.<List<String>>call(c -> c.keys(redis.keys().of(Key.JOB, "*")))).isEmpty();
    assertThat((usedMemory() - before) / files)
        .as("bytes per file, without its record")
        .isLessThan(300);
  }
}
