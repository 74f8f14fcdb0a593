package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.job.ActionCounts;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.JobProgress;
import io.dsxconnect.core.job.JobQuery;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.record.Retention;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.StoredJob;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A finished single-file job is archived in a packed form; readers see no difference. */
class ArchivedJobTest extends QueueFixture {
  private static final String UUID_OF_CONNECTOR = "11111111-2222-4333-8444-5555555555aa";
  private Retention retention;
  private Results results;

  @BeforeEach
  void fast() {
    redis.call(c -> c.configSet("appendfsync", "no"));
    retention = new Retention(redis, -1);
    results = new Results(redis);
  }

  private void single(String job, @Nullable String name) {
    intake.accept(job, List.of(file(UUID_OF_CONNECTOR, "/data/" + job)), name, null);
  }

  private void scanAll(Outcome outcome, double ms) {
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    for (Task task : takeAll(queue, Set.of())) {
      assertThat(queue.complete(end(task, outcome, ms))).isTrue();
    }
    RedisStageQueue notify = queue(Stage.NOTIFY, "w1");
    takeAll(notify, Set.of()).forEach(task -> notify.complete(Handoff.of(task)));
  }

  private void endIdle() {
    clock.advance(Duration.ofSeconds(61));
    while (jobs.endIdle(Duration.ofSeconds(60)) > 0) {
      assertThat(clock.nanos()).isPositive();
    }
  }

  private void archive() {
    clock.advance(Duration.ofSeconds(61));
    retention.upkeep();
  }

  private boolean isArchived(String job) {
    return StoredJob.find(redis, job).filter(StoredJob::archived).isPresent();
  }

  private void archivedSingle(String job) {
    single(job, null);
    scanAll(Outcome.BENIGN, 1.5);
    endIdle();
    archive();
    assertThat(isArchived(job)).isTrue();
  }

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

  private Map<String, Job> byId(Collection<String> ids) {
    return ids.stream().collect(Collectors.toMap(id -> id, id -> jobs.find(id).orElseThrow()));
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
  void a_further_file_reopens_an_archived_job() {
    archivedSingle("J");
    single("J", null);
    assertThat(isArchived("J")).isFalse();
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("running");
    scanAll(Outcome.MALICIOUS, 1);
    endIdle();
    assertThat(ledger("J"))
        .returns(2L, l -> l.accepted())
        .returns(1L, l -> l.benign())
        .returns(1L, l -> l.malicious())
        .returns(true, l -> l.balanced());
    assertThat(results.recordedOf("J")).isEqualTo(2);
  }

  @Test
  void an_archived_job_is_steered_and_announced_like_any_finished_job() {
    archivedSingle("J");
    assertThat(jobs.steer("J", Jobs.Verb.CANCEL)).isEqualTo(Jobs.Steered.FINISHED);
    archive();
    assertThat(isArchived("J")).as("archived again").isTrue();
    assertThat(jobs.announce("J", UUID_OF_CONNECTOR, "x", false).toString()).contains("Used");
    archive();
    jobs.enqueueDone("J", new Jobs.Listed(2, 0, 0));
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("incomplete");
  }

  @Test
  void bug_deleting_finished_jobs_read_them_all_at_once_and_leaves_those_at_work() {
    for (int i = 0; i < 450; i++) {
      single("job-" + i, null);
    }
    scanAll(Outcome.BENIGN, 1);
    endIdle();
    archive();
    for (int i = 0; i < 250; i++) {
      single("at-work-" + i, null);
    }
    retention.upkeep();
    retention.upkeep();
    retention.upkeep();
    retention.upkeep();
    assertThat(isArchived("job-449")).isTrue();
    assertThat(jobs.deleteFinished()).isEqualTo(450);
    assertThat(jobs.find(JobQuery.ALL, Integer.MAX_VALUE)).hasSize(250).noneMatch(Job::finished);
    assertThat(redis.<List<String>>call(c -> c.keys(redis.keys().of(Key.ARCHIVE, "*")))).isEmpty();
    assertThat(redis.<String>call(c -> c.get(redis.keys().of(Key.ARCHIVED)))).isEqualTo("0");
  }

  @Test
  void an_archived_job_is_deleted_after_thirty_days() {
    archivedSingle("J");
    clock.advance(Duration.ofDays(30));
    retention.upkeep();
    assertThat(jobs.find("J")).isEmpty();
    assertThat(jobs.find(JobQuery.ALL, 10)).isEmpty();
  }

  /** The job's hash and its archive were read in turn, and each was empty at that moment. */
  @Test
  void bug_a_job_that_came_back_while_it_was_listed_vanished_from_the_list() throws Exception {
    archivedSingle("J");
    copyArchived("J", 1, 1);
    AtomicInteger missing = new AtomicInteger();
    AtomicBoolean reading = new AtomicBoolean(true);
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (reading.get()) {
                    if (jobs.find(JobQuery.ALL, 9).size() != 2 || jobs.find("job-1").isEmpty()) {
                      missing.incrementAndGet();
                    }
                  }
                });
    for (int i = 0; i < 500; i++) {
      single("job-1", null);
      archiveAgain("job-1", "J");
    }
    reading.set(false);
    reader.join();
    assertThat(jobs.listed("job-1")).isTrue();
    assertThat(missing).hasValue(0);
  }

  /** Uses one script, so that the job is stored in exactly one form at any time. */
  private void archiveAgain(String job, String like) {
    redis.call(
        c ->
            c.eval(
                """
                local function archive(job)
                  return ARGV[1] .. string.sub(redis.sha1hex(job), 1, 2)
                end
                redis.call('DEL', KEYS[1])
                redis.call('HSET', archive(ARGV[2]), ARGV[2],
                  redis.call('HGET', archive(ARGV[3]), ARGV[3]))
                """,
                ScriptOutputType.STATUS,
                new String[] {redis.keys().of(Key.JOB, job)},
                redis.keys().of(Key.ARCHIVE, ""),
                job,
                like));
  }

  private static final Pattern SCRIPTS =
      Pattern.compile("cmdstat_evalsha:calls=(\\d+),usec=\\d+,usec_per_call=([\\d.]+)");

  @Test
  void bug_a_filter_over_many_archived_jobs_took_a_minute() {
    archivedSingle("J");
    for (int from = 0; from < 100_000; from += 20_000) {
      copyArchived("J", from, 20_000);
    }
    single("live", "\u00c4rger");
    redis.call(c -> c.configResetstat());
    long start = System.nanoTime();
    assertThat(matching(null, "running", null)).containsExactly("live");
    assertThat(matching(null, "incomplete", null)).isEmpty();
    assertThat(matching(null, null, "JOB-99998")).containsExactly("job-99998");
    assertThat(matching(null, null, "\u00e4rg")).containsExactly("live");
    assertThat(matching("another", null, null)).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    // Each query but the first takes 200 calls, of which some may wait for a processor: so the
    // average counts.
    Matcher scripts = SCRIPTS.matcher(redis.call(c -> c.info("commandstats")));
    assertThat(scripts.find()).isTrue();
    assertThat(Long.parseLong(scripts.group(1))).as("calls").isGreaterThan(700);
    assertThat(Double.parseDouble(scripts.group(2))).as("microseconds per call").isLessThan(20_000);
  }

  private List<String> matching(
      @Nullable String connector, @Nullable String status, @Nullable String text) {
    JobQuery.Filter filter = new JobQuery.Filter(connector, status, text, null, null);
    return jobs.find(new JobQuery(filter, null, false), 10).stream().map(Job::id).toList();
  }

  @Test
  void pages_of_a_filtered_list_are_the_whole_list_in_its_order() {
    archivedSingle("J");
    copyArchived("J", 0, 1300);
    single("live", null);
    jobs.announce("scan", "c1", "c1", false);
    JobQuery.Filter filter = new JobQuery.Filter(UUID_OF_CONNECTOR, null, null, 0L, 1L << 40);
    for (boolean ascending : new boolean[] {true, false}) {
      List<String> whole =
          jobs.find(new JobQuery(filter, null, ascending), Integer.MAX_VALUE).stream()
              .map(Job::id)
              .toList();
      assertThat(whole).hasSize(1302).doesNotHaveDuplicates();
      assertThat(whole.get(ascending ? 0 : 1301)).isEqualTo("J");
      List<String> paged = new ArrayList<>();
      List<Job> page = jobs.find(new JobQuery(filter, null, ascending), 100);
      while (!page.isEmpty()) {
        page.forEach(job -> paged.add(job.id()));
        page = jobs.find(new JobQuery(filter, paged.getLast(), ascending), 100);
      }
      assertThat(paged).isEqualTo(whole);
    }
    assertThat(jobs.find(new JobQuery(filter, "gone", true), 10)).isEmpty();
    assertThat(matching(null, "PAUSED", null)).isEmpty();
    assertThat(jobs.find(new JobQuery(filter, null, true), 1).getFirst().fields())
        .isEqualTo(jobs.find("J").orElseThrow().fields());
  }

  @Test
  void bug_a_cancellation_with_a_reason_hid_an_archived_job_and_made_unknown_ones() {
    archivedSingle("J");
    Job before = jobs.find("J").orElseThrow();
    jobs.cancel("J", "no connector");
    assertThat(jobs.find("J")).contains(before);
    jobs.cancel("unknown", "no connector");
    assertThat(jobs.find("unknown")).isEmpty();
    single("K", null);
    jobs.cancel("K", "no connector");
    assertThat(jobs.find("K").orElseThrow().fields())
        .containsEntry("reason", "no connector")
        .containsEntry("status", "cancelled");
  }

  @Test
  void bug_a_late_end_of_a_listing_left_its_job_twice_among_the_finished_ones() {
    single("J", null);
    scanAll(Outcome.BENIGN, 1);
    endIdle();
    String ended = jobs.find("J").orElseThrow().text("finished_at", "");
    clock.advance(Duration.ofSeconds(5));
    jobs.enqueueDone("J", new Jobs.Listed(2, 0, 0));
    assertThat(jobs.find("J").orElseThrow().fields())
        .containsEntry("status", "incomplete")
        .containsEntry("finished_at", ended);
    assertThat(finished("single")).containsExactly(ended + " J");
    archive();
    assertThat(finished("single")).isEmpty();
    assertThat(finished("unannounced")).containsExactly(ended + " J");
    clock.advance(Duration.ofSeconds(5));
    jobs.enqueueDone("J", new Jobs.Listed(1, 0, 0));
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("completed");
    assertThat(finished("unannounced")).containsExactly(ended + " J");
  }

  private List<String> finished(String kind) {
    return redis.call(c -> c.lrange(redis.keys().of(Key.FINISHED, kind), 0, -1));
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
