package io.dsxconnect.core.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.core.RedisFixture;
import org.junit.jupiter.api.Test;

class EndedJobsTest extends RedisFixture {

  private void end(Jobs jobs, String job, long errors) {
    var ignored = jobs.announce(job, "connector-of-" + job, "asked", false);
    jobs.enqueueDone(job, new Jobs.Listed(0, 0, errors));
  }

  @Test
  void only_incomplete_jobs_since_a_time_are_found() {
    Jobs jobs = new Jobs(redis);
    end(jobs, "whole", 0);
    end(jobs, "with errors", 3);
    var ignored = jobs.announce("active", "c", "asked", false);
    EndedJobs ended = new EndedJobs(redis);
    long now = Long.parseLong(redis.call(c -> c.time()).getFirst());
    assertThat(ended.incomplete(now - 60)).extracting(Job::id).containsExactly("with errors");
    assertThat(ended.incomplete(now - 60).getFirst().text("reason", "")).isNotEmpty();
    assertThat(ended.incomplete(now + 60)).isEmpty();
  }
}
