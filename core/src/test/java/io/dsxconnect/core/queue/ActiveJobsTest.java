package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.job.ActiveIndex;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.JobQuery;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.record.Retention;
import io.dsxconnect.core.redis.Key;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Active jobs are found by their index, however many others there are. */
class ActiveJobsTest extends QueueFixture {
  private List<String> list(String status, @Nullable String cursor, boolean ascending, int limit) {
    JobQuery.Filter filter = new JobQuery.Filter(null, status, null, null, null);
    return jobs.find(new JobQuery(filter, cursor, ascending), limit).stream().map(Job::id).toList();
  }

  private List<String> active() {
    return list("active", null, true, 1000);
  }

  private void scanAll() {
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    takeAll(queue, Set.of()).forEach(task -> queue.complete(end(task, Outcome.BENIGN)));
  }

  private String key(Key key) {
    return redis.keys().of(key);
  }

  @Test
  void a_job_is_active_from_its_first_file_to_its_end_and_again_with_a_later_file() {
    intake.accept("J", files("c1", 1));
    jobs.announce("K", "c1", "c1", false);
    jobs.announce("L", "c2", "c2", false);
    jobs.steer("K", Jobs.Verb.PAUSE);
    assertThat(active()).containsExactly("J", "K", "L");
    assertThat(list("running", null, true, 10)).containsExactly("J", "L");
    assertThat(list("paused", null, true, 10)).containsExactly("K");
    jobs.enqueueDone("L", new Jobs.Listed(0, 0, 0));
    jobs.steer("K", Jobs.Verb.CANCEL);
    scanAll();
    clock.advance(Duration.ofSeconds(61));
    jobs.endIdle(Duration.ofSeconds(60));
    assertThat(active()).isEmpty();
    assertThat(redis.<Long>call(c -> c.zcard(key(Key.ACTIVE)))).isZero();
    clock.advance(Duration.ofSeconds(61));
    new Retention(redis, -1).upkeep();
    assertThat(active()).as("an archived job").isEmpty();
    intake.accept("J", files("c1", 1));
    assertThat(active()).containsExactly("J");
    assertThat(redis.<Double>call(c -> c.zscore(key(Key.ACTIVE), "J")))
        .isEqualTo(redis.<Double>call(c -> c.zscore(key(Key.JOBS), "J")));
  }

  @Test
  void a_cancelled_job_with_files_in_work_is_in_the_index_and_not_listed_as_active() {
    intake.accept("J", files("c1", 1));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Task task = queue.take(1, Set.of()).getFirst();
    jobs.steer("J", Jobs.Verb.CANCEL);
    assertThat(active()).isEmpty();
    assertThat(redis.<Long>call(c -> c.zcard(key(Key.ACTIVE)))).isEqualTo(1);
    queue.complete(end(task, Outcome.BENIGN));
    assertThat(redis.<Long>call(c -> c.zcard(key(Key.ACTIVE)))).isZero();
  }

  @Test
  void pages_go_on_after_a_job_that_has_ended_since() {
    for (int i = 0; i < 6; i++) {
      jobs.announce("J" + i, "c" + i, "s", false);
    }
    assertThat(list("active", null, true, 2)).containsExactly("J0", "J1");
    jobs.enqueueDone("J1", new Jobs.Listed(0, 0, 0));
    assertThat(list("active", "J1", true, 2)).containsExactly("J2", "J3");
    assertThat(list("active", "J1", false, 9)).containsExactly("J0");
    assertThat(list("active", "J3", false, 9)).containsExactly("J2", "J0");
    assertThat(list("active", "none", true, 9)).isEmpty();
  }

  @Test
  void pages_are_complete_when_jobs_started_in_the_same_millisecond() {
    for (int i = 0; i < 6; i++) {
      String job = "J" + i;
      jobs.announce(job, "c" + i, "s", false);
      redis.call(c -> c.zadd(key(Key.JOBS), 1000, job));
      redis.call(c -> c.zadd(key(Key.ACTIVE), 1000, job));
    }
    jobs.enqueueDone("J2", new Jobs.Listed(0, 0, 0));
    assertThat(list("active", "J2", true, 9)).containsExactly("J3", "J4", "J5");
    assertThat(list("active", "J2", false, 9)).containsExactly("J1", "J0");
  }

  @Test
  void active_jobs_are_listed_in_no_time_among_100_000_archived_ones() {
    jobs.announce("old", "c1", "c1", false);
    clock.advance(Duration.ofSeconds(1));
    intake.accept("job-0", files("c1", 1));
    scanAll();
    clock.advance(Duration.ofSeconds(61));
    jobs.endIdle(Duration.ofSeconds(60));
    clock.advance(Duration.ofSeconds(61));
    new Retention(redis, -1).upkeep();
    for (int from = 1; from < 100_000; from += 20_000) {
      copyArchived("job-0", from, 20_000);
    }
    long before = calls();
    assertThat(active()).containsExactly("old");
    assertThat(list("active", null, false, 1000)).containsExactly("old");
    assertThat(calls() - before).as("calls of scripts").isEqualTo(2);
    new ActiveIndex(redis).repair();
    assertThat(active()).containsExactly("old");
  }

  private long calls() {
    return redis
        .call(c -> c.info("commandstats"))
        .lines()
        .filter(line -> line.startsWith("cmdstat_evalsha:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
        .sum();
  }

  @Test
  void the_index_is_repaired_after_an_older_version_ran() {
    jobs.announce("missing", "c1", "c1", false);
    intake.accept("small", files("c1", 1));
    jobs.announce("ended", "c2", "c2", false);
    jobs.enqueueDone("ended", new Jobs.Listed(0, 0, 0));
    redis.call(c -> c.del(key(Key.ACTIVE), key(Key.SAMPLED)));
    redis.call(c -> c.zadd(key(Key.ACTIVE), 1, "ended"));
    redis.call(c -> c.zadd(key(Key.ACTIVE), 2, "gone"));
    new ActiveIndex(redis).repair();
    assertThat(redis.<List<String>>call(c -> c.zrange(key(Key.ACTIVE), 0, -1)))
        .containsExactly("missing", "small");
    assertThat(redis.<List<String>>call(c -> c.zrange(key(Key.SAMPLED), 0, -1)))
        .containsExactly("missing");
  }

  @Test
  void a_deleted_job_leaves_no_trace_in_the_index() {
    jobs.announce("J", "c1", "c1", false);
    redis.call(c -> c.del(redis.keys().of(Key.JOB, "J")));
    new Retention(redis, -1).upkeep();
    assertThat(redis.<Long>call(c -> c.exists(key(Key.ACTIVE), key(Key.SAMPLED)))).isZero();
  }
}
