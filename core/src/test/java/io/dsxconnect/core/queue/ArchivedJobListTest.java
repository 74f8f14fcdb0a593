package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.JobQuery;
import io.dsxconnect.core.redis.Key;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Archived jobs are listed and filtered like all others. */
class ArchivedJobListTest extends ArchiveFixture {
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
}
