package io.dsxconnect.core.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.record.Retention;
import io.dsxconnect.core.redis.Key;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The time series of a job: rows of large jobs, and what every job knows without rows. */
class JobSeriesTest extends SeriesFixture {
  private Chart chart(String job) {
    return jobSeries.of(job).orElseThrow();
  }

  private static List<@Nullable Number> benign(Chart chart) {
    return values(chart, Metric.FILES, BENIGN);
  }

  private static long sum(List<@Nullable Number> values) {
    return values.stream().filter(Objects::nonNull).mapToLong(Number::longValue).sum();
  }

  private void announce(String job) {
    jobs.announce(job, "c-" + job, job, false);
  }

  private String key(Key key, Object... arguments) {
    return redis.keys().of(key, arguments);
  }

  @Test
  void a_chart_goes_from_the_start_to_the_ledger() {
    announce("J");
    accept("J", 20);
    scan(3, Outcome.BENIGN);
    sampleNext();
    scan(5, Outcome.BENIGN);
    sampleNext();
    assertThat(benign(chart("J"))).as("while it runs").containsExactly(3L, 5L);
    assertThat(values(chart("J"), Metric.BACKLOG, Map.of())).containsExactly(17L, 12L);
    scan(12, Outcome.MALICIOUS);
    jobs.enqueueDone("J", new Jobs.Listed(20, 0, 0));
    assertThat(jobs.find("J").orElseThrow().finished()).isTrue();
    Chart chart = chart("J");
    assertThat(chart.step()).isEqualTo(10);
    assertThat(benign(chart)).containsExactly(3L, 5L, 0L);
    assertThat(values(chart, Metric.FILES, Map.of("outcome", "malicious")))
        .containsExactly(0L, 0L, 12L);
    assertThat(values(chart, Metric.BYTES, Map.of())).containsExactly(12L, 20L, 48L);
    assertThat(values(chart, Metric.BACKLOG, Map.of())).containsExactly(17L, 12L, 0L);
    sampleNext();
    assertThat(chart("J")).as("after its end").isEqualTo(chart);
    assertThat(redis.<Long>call(c -> c.zcard(key(Key.SAMPLED)))).isZero();
  }

  @Test
  void bug_a_job_that_ended_just_after_a_bucket_lost_the_files_of_its_last_buckets() {
    announce("J");
    accept("J", 5);
    scan(3, Outcome.BENIGN);
    next(Step.TEN_SECONDS);
    scan(2, Outcome.BENIGN);
    jobs.enqueueDone("J", new Jobs.Listed(5, 0, 0));
    assertThat(jobs.find("J").orElseThrow().finished()).isTrue();
    assertThat(sampler.sample()).isPositive();
    assertThat(benign(chart("J"))).doesNotContainNull();
    assertThat(sum(benign(chart("J")))).isEqualTo(5);
    assertThat(redis.<Long>call(c -> c.zcard(key(Key.SAMPLED)))).isZero();
  }

  @Test
  void an_unknown_job_has_no_chart_and_a_new_one_an_empty_one() {
    assertThat(jobSeries.of("none")).isEmpty();
    announce("J");
    assertThat(chart("J").at()).isEmpty();
    assertThat(chart("J").series()).hasSize(10).allMatch(line -> line.values().isEmpty());
  }

  @Test
  void the_step_is_doubled_and_at_most_360_points_are_kept() {
    announce("J");
    accept("J", 1000);
    for (int i = 1; i <= 400; i++) {
      scan(1, Outcome.BENIGN);
      sampleNext();
    }
    Chart chart = chart("J");
    assertThat(chart.step()).isEqualTo(20);
    assertThat(chart.at()).hasSize(200);
    assertThat(sum(benign(chart))).isEqualTo(400);
    assertThat(benign(chart)).hasSize(200).allMatch(value -> value.longValue() == 2);
    assertThat(rows(Key.JOB_SERIES, "J")).hasSizeBetween(180, 360);
    clock.advance(Duration.ofDays(2));
    scan(100, Outcome.BENIGN);
    sampleNext();
    assertThat(chart("J").step()).isEqualTo(640);
    assertThat(chart("J").at()).hasSizeBetween(180, 360);
  }

  @Test
  void a_finished_job_has_at_most_360_points_and_all_of_its_files() {
    announce("J");
    accept("J", 500);
    for (int i = 1; i <= 360; i++) {
      scan(1, Outcome.BENIGN);
      sampleNext();
    }
    assertThat(chart("J").at()).hasSize(360);
    scan(500, Outcome.BENIGN);
    jobs.enqueueDone("J", new Jobs.Listed(500, 0, 0));
    Chart chart = chart("J");
    assertThat(chart.step()).isEqualTo(20);
    assertThat(chart.at()).hasSize(181);
    assertThat(benign(chart)).doesNotContainNull();
    assertThat(sum(benign(chart))).isEqualTo(500);
  }

  @Test
  void the_increase_over_a_gap_is_unknown() {
    announce("J");
    accept("J", 100);
    scan(1, Outcome.BENIGN);
    sampleNext();
    next(Step.TEN_SECONDS);
    scan(10, Outcome.BENIGN);
    sampleNext();
    scan(2, Outcome.BENIGN);
    sampleNext();
    assertThat(benign(chart("J"))).containsExactly(1L, null, null, 2L);
  }

  @Test
  void a_small_job_has_no_rows_and_a_chart_all_the_same() {
    accept("J", 2);
    nextMultiple(10);
    sampler.sample();
    scan(2, Outcome.BENIGN);
    clock.advance(Duration.ofSeconds(61));
    jobs.endIdle(Duration.ofSeconds(60));
    assertThat(rows(Key.JOB_SERIES, "J")).isEmpty();
    Chart chart = chart("J");
    assertThat(benign(chart)).startsWith(0L, 2L).hasSizeBetween(7, 9);
    assertThat(benign(chart).subList(2, chart.at().size())).containsOnly(0L);
  }

  @Test
  void an_archived_job_keeps_its_chart() {
    accept("J", 1);
    scan(1, Outcome.BENIGN);
    clock.advance(Duration.ofSeconds(61));
    jobs.endIdle(Duration.ofSeconds(60));
    Chart before = chart("J");
    assertThat(sum(benign(before))).isEqualTo(1);
    clock.advance(Duration.ofSeconds(61));
    new Retention(redis, -1).upkeep();
    assertThat(redis.<Long>call(c -> c.exists(key(Key.JOB, "J")))).as("not archived").isZero();
    assertThat(chart("J")).isEqualTo(before);
  }

  @Test
  void a_job_that_grows_is_sampled() {
    accept("J", 5);
    sampleNext();
    assertThat(rows(Key.JOB_SERIES, "J")).isEmpty();
    accept("J", 20);
    sampleNext();
    assertThat(rows(Key.JOB_SERIES, "J")).hasSize(1);
  }

  @Test
  void a_cancelled_job_ends_at_its_ledger() {
    announce("J");
    accept("J", 50);
    scan(5, Outcome.BENIGN);
    sampleNext();
    jobs.steer("J", Jobs.Verb.CANCEL);
    clock.advance(Duration.ofSeconds(30));
    List<@Nullable Number> cancelled =
        values(chart("J"), Metric.FILES, Map.of("outcome", "cancelled"));
    assertThat(cancelled).containsExactly(0L, 45L);
    assertThat(sum(benign(chart("J")))).isEqualTo(5);
  }

  @Test
  void a_deleted_job_takes_its_rows_along() {
    announce("J");
    accept("J", 20);
    sampleNext();
    jobs.steer("J", Jobs.Verb.CANCEL);
    assertThat(redis.<Long>call(c -> c.ttl(key(Key.JOB_SERIES, "J"))))
        .as("lifetime in seconds")
        .isBetween(1L, 30L * 86_400);
    assertThat(jobs.deleteFinished()).isEqualTo(1);
    assertThat(redis.<Long>call(c -> c.exists(key(Key.JOB_SERIES, "J")))).isZero();
    assertThat(redis.<Long>call(c -> c.zcard(key(Key.CHARTED)))).isZero();
    assertThat(redis.<Long>call(c -> c.zcard(key(Key.ACTIVE)))).isZero();
  }

  @Test
  void small_jobs_are_not_sampled() {
    for (int i = 0; i < 100; i++) {
      accept("single-" + i, 1);
    }
    sampleNext();
    List<String> rows = redis.call(c -> c.keys(key(Key.JOB_SERIES, "*")));
    assertThat(rows).isEmpty();
  }

  @Test
  void of_many_large_jobs_each_round_samples_those_that_wait_longest() {
    for (int i = 0; i < 450; i++) {
      announce("J" + i);
    }
    for (int round = 1; round <= 3; round++) {
      sampleNext();
      int expected = Math.min(450, 200 * round);
      List<String> rows = redis.call(c -> c.keys(key(Key.JOB_SERIES, "*")));
      assertThat(rows).hasSize(expected);
    }
  }

  @Test
  void the_rows_of_a_thousand_jobs_are_kept() {
    for (int i = 0; i < 1000; i++) {
      int at = i;
      redis.call(c -> c.zadd(key(Key.CHARTED), at, "old-" + at));
      redis.call(c -> c.rpush(key(Key.JOB_SERIES, "old-" + at), "1,2"));
    }
    announce("J");
    sampleNext();
    assertThat(redis.<Long>call(c -> c.zcard(key(Key.CHARTED)))).isEqualTo(1000);
    assertThat(rows(Key.JOB_SERIES, "old-0")).isEmpty();
    assertThat(rows(Key.JOB_SERIES, "old-1")).hasSize(1);
    assertThat(rows(Key.JOB_SERIES, "J")).hasSize(1);
  }

  @Test
  void a_replayed_file_makes_its_job_active_again() {
    announce("J");
    accept("J", 20);
    sampleNext();
    jobs.steer("J", Jobs.Verb.CANCEL);
    sampleNext();
    assertThat(redis.<Long>call(c -> c.zcard(key(Key.SAMPLED)))).isZero();
    accept("K", 20);
    sampleNext();
    assertThat(rows(Key.JOB_SERIES, "K")).hasSize(1);
  }
}
