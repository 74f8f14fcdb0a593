package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.JobQuery;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.redis.Key;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An archived job is steered, reopened and deleted like any finished job. */
class ArchivedJobLifeTest extends ArchiveFixture {
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
  void an_archived_job_is_deleted_after_thirty_days() {
    archivedSingle("J");
    clock.advance(Duration.ofDays(30));
    retention.upkeep();
    assertThat(jobs.find("J")).isEmpty();
    assertThat(jobs.find(JobQuery.ALL, 10)).isEmpty();
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
}
