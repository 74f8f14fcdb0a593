package io.dsxconnect.core.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Key;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The time series of the platform: what its buckets show. */
class SeriesTest extends SeriesFixture {
  @Test
  void counters_show_the_increase_in_a_bucket_and_gauges_the_value_at_its_end() {
    accept("J", 20);
    scan(3, Outcome.BENIGN);
    sampleNext();
    scan(5, Outcome.BENIGN);
    sampleNext();
    sampleNext();
    assertThat(last(3, Metric.FILES, BENIGN)).containsExactly(3L, 5L, 0L);
    assertThat(last(3, Metric.BYTES, Map.of())).containsExactly(12L, 20L, 0L);
    assertThat(last(3, "dsx_scanner_seconds_total", Map.of())).containsExactly(1.5, 2.5, 0L);
    assertThat(last(3, Metric.BACKLOG, SCAN)).containsExactly(17L, 12L, 12L);
    assertThat(last(1, "dsx_dead_letters", SCAN)).containsExactly(0L);
    assertThat(last(1, "dsx_redis_memory_ratio", Map.of()).getFirst()).isNotNull();
  }

  @Test
  void the_buckets_of_the_range_are_all_there_and_in_order() {
    sampleNext();
    Chart chart = series.read(Step.TEN_SECONDS, now() - 95, now(), Set.of(Metric.FILES));
    assertThat(chart.at()).hasSize(10).isSorted();
    assertThat(chart.at().getLast()).isEqualTo(chart.to()).isEqualTo(now() / 10 * 10);
    assertThat(chart.at().getFirst()).isEqualTo(chart.from() + 10);
    assertThat(chart.series()).hasSize(Outcome.values().length);
    assertThat(series.read(Step.MINUTE, 0L, Long.MAX_VALUE, Set.of()).at()).hasSize(1440);
    assertThat(series.read(Step.MINUTE, now(), now() - 600, Set.of()).at()).isEmpty();
  }

  @Test
  void the_newest_bucket_is_left_out_while_it_may_still_get_its_row() {
    sampleNext();
    long sampled = now() / 10 * 10;
    next(Step.TEN_SECONDS);
    assertThat(series.read(Step.TEN_SECONDS, null, null, Set.of()).to()).isEqualTo(sampled);
    clock.advance(Duration.ofSeconds(6));
    assertThat(series.read(Step.TEN_SECONDS, null, null, Set.of()).to()).isEqualTo(sampled + 10);
  }

  @Test
  void totals_that_were_deleted_are_a_gap_and_never_a_negative_number() {
    accept("J", 20);
    scan(5, Outcome.BENIGN);
    sampleNext();
    redis.call(c -> c.del(redis.keys().of(Key.STATS)));
    scan(1, Outcome.BENIGN);
    sampleNext();
    scan(2, Outcome.BENIGN);
    sampleNext();
    assertThat(last(2, Metric.FILES, BENIGN)).containsExactly(null, 2L);
    assertThat(last(2, Metric.BYTES, Map.of())).containsExactly(null, 8L);
    assertThat(last(2, "dsx_scanner_latency_seconds", Map.of("quantile", "0.5")).getFirst())
        .isNull();
  }

  @Test
  void an_hour_of_samples_has_the_same_sum_in_each_step() {
    accept("J", 400);
    sampler.sample();
    for (int i = 0; i < 360; i++) {
      scan(1, Outcome.BENIGN);
      sampleNext();
    }
    for (Step step : Step.values()) {
      Chart chart = series.read(step, now() - 3600, now(), Set.of(Metric.FILES));
      assertThat(values(chart, Metric.FILES, BENIGN))
          .as(step.toString())
          .hasSize(3600 / step.seconds())
          .allMatch(value -> value.longValue() == step.seconds() / 10);
    }
  }

  @Test
  void latencies_are_those_of_the_scans_in_the_bucket() {
    accept("J", 20);
    redis.call(c -> c.hset(redis.keys().of(Key.STATS), "time:40", "1000"));
    sampleNext();
    scan(5, Outcome.BENIGN);
    sampleNext();
    sampleNext();
    var p95 = last(3, "dsx_scanner_latency_seconds", Map.of("quantile", "0.95"));
    assertThat(p95.get(1).doubleValue()).isCloseTo(0.5, within(0.025));
    assertThat(p95.get(2)).as("without a scan").isNull();
    assertThat(series.latency("0.5")).as("before a whole minute").isNaN();
    next(Step.MINUTE);
    sampler.sample();
    assertThat(series.latency("0.5")).isCloseTo(0.5, within(0.025));
    next(Step.MINUTE);
    assertThat(series.latency("0.5")).as("before the next row").isCloseTo(0.5, within(0.025));
    next(Step.MINUTE);
    assertThat(series.latency("0.5")).as("after a minute without a row").isNaN();
  }

  @Test
  void the_age_of_the_oldest_task_that_waits_grows() {
    accept("J", 2);
    sampleNext();
    clock.advance(Duration.ofSeconds(90));
    sampleNext();
    var ages = last(11, "dsx_queue_oldest_seconds", SCAN);
    assertThat(ages.getLast().doubleValue() - ages.getFirst().doubleValue())
        .as("seconds between the two")
        .isCloseTo(100, within(10.0));
  }

  @Test
  void tasks_in_work_and_tasks_of_paused_jobs_have_no_age() {
    jobs.announce("K", "c1", "c1", false);
    accept("K", 2);
    jobs.steer("K", Jobs.Verb.PAUSE);
    clock.advance(Duration.ofSeconds(100));
    sampleNext();
    assertThat(last(1, "dsx_queue_oldest_seconds", SCAN)).containsExactly(0L);
    assertThat(last(1, Metric.BACKLOG, SCAN)).containsExactly(2L);
    jobs.steer("K", Jobs.Verb.RESUME);
    sampleNext();
    assertThat(last(1, "dsx_queue_oldest_seconds", SCAN).getFirst().longValue())
        .isGreaterThanOrEqualTo(100);
    take(2);
    sampleNext();
    assertThat(last(1, "dsx_queue_oldest_seconds", SCAN)).as("in work").containsExactly(0L);
    assertThat(last(1, Metric.BACKLOG, SCAN)).containsExactly(2L);
  }

  @Test
  void gauges_of_other_parts_are_stored_and_absent_ones_are_unknown() {
    Sampler with =
        new Sampler(
            redis,
            () ->
                Map.of(Metric.workerTasks(Stage.SCAN), 7.0, Metric.workerLimit(Stage.SCAN), 64.0));
    next(Step.TEN_SECONDS);
    with.sample();
    assertThat(last(1, "dsx_worker_tasks", SCAN)).containsExactly(7L);
    assertThat(last(1, "dsx_worker_limit", SCAN)).containsExactly(64L);
    assertThat(last(1, "dsx_worker_limit", Map.of("queue", "verdict_action_queue")))
        .containsExactly((Number) null);
  }
}
