package io.dsxconnect.core.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The time series of the platform: what is written, kept and shown. */
class SamplerTest extends SeriesFixture {
  private static final Map<String, String> BENIGN = Map.of("outcome", "benign");
  private static final Map<String, String> SCAN = Map.of("queue", "scan_request_queue");

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
  void bug_the_first_files_of_a_new_store_were_in_no_series() {
    clock.advance(Duration.ofMinutes(40));
    sampler.sample();
    accept("J", 20);
    scan(20, Outcome.BENIGN);
    for (int i = 0; i < 6 * 20; i++) {
      sampleNext();
    }
    for (Step step : Step.values()) {
      assertThat(sum(step)).as(step.toString()).isEqualTo(20);
    }
  }

  @Test
  void bug_the_files_before_the_first_sample_were_in_no_series() {
    clock.advance(Duration.ofMinutes(40));
    accept("J", 20);
    scan(20, Outcome.BENIGN);
    clock.advance(Duration.ofSeconds(4));
    for (int i = 0; i < 6 * 20; i++) {
      sampleNext();
    }
    for (Step step : Step.values()) {
      assertThat(sum(step)).as(step.toString()).isEqualTo(20);
    }
  }

  @Test
  void bug_the_first_files_after_redis_was_emptied_were_in_no_series() {
    accept("J", 20);
    scan(20, Outcome.BENIGN);
    sampleNext();
    redis.call(c -> c.flushall());
    accept("K", 7);
    scan(7, Outcome.BENIGN);
    sampleNext();
    assertThat(last(2, Metric.FILES, BENIGN)).containsExactly(null, 7L);
  }

  @Test
  void files_of_a_time_without_a_sample_are_no_peak_of_a_new_series() {
    accept("J", 20);
    scan(20, Outcome.BENIGN);
    clock.advance(Duration.ofMinutes(5));
    sampler.sample();
    sampleNext();
    assertThat(sum(Step.TEN_SECONDS)).isZero();
  }

  private long sum(Step step) {
    return values(series.read(step, null, null, Set.of(Metric.FILES)), Metric.FILES, BENIGN)
        .stream()
        .mapToLong(value -> value == null ? 0 : value.longValue())
        .sum();
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
  void nobody_samples_and_neither_the_gap_nor_the_bucket_after_it_shows_an_increase() {
    accept("J", 20);
    sampleNext();
    scan(1, Outcome.BENIGN);
    sampleNext();
    scan(10, Outcome.BENIGN);
    next(Step.TEN_SECONDS);
    next(Step.TEN_SECONDS);
    sampleNext();
    scan(2, Outcome.BENIGN);
    sampleNext();
    assertThat(last(5, Metric.FILES, BENIGN)).containsExactly(1L, null, null, null, 2L);
    assertThat(last(5, Metric.BACKLOG, SCAN)).containsExactly(19L, null, null, 9L, 7L);
  }

  @Test
  void a_sample_that_comes_too_late_is_a_gap() {
    sampleNext();
    next(Step.TEN_SECONDS);
    clock.advance(Duration.ofSeconds(6));
    sampler.sample();
    assertThat(rows(Key.PLATFORM_SERIES, 10)).hasSize(1);
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
  void an_emptied_redis_starts_new_series() {
    sampleNext();
    redis.call(c -> c.flushall());
    sampleNext();
    assertThat(rows(Key.PLATFORM_SERIES, 10)).hasSize(1);
  }

  @Test
  void a_replayed_dead_letter_is_no_gap() {
    redis.call(c -> c.hset(redis.keys().of(Key.STATS), Map.of("failed", "5", "benign", "1")));
    sampleNext();
    redis.call(c -> c.hset(redis.keys().of(Key.STATS), Map.of("failed", "3", "benign", "4")));
    sampleNext();
    assertThat(last(1, Metric.FILES, Map.of("outcome", "failed"))).containsExactly(0L);
    assertThat(last(1, Metric.FILES, BENIGN)).containsExactly(3L);
  }

  @Test
  void bug_a_replayed_file_was_in_the_chart_twice() {
    accept("J", 20);
    sampleNext();
    scan(2, Outcome.BENIGN);
    fail(5);
    sampleNext();
    fail(1);
    sampleNext();
    assertThat(new DeadLetters(redis).requeue(Stage.SCAN, 3).requeued()).isEqualTo(3);
    sampleNext();
    scan(20, Outcome.BENIGN);
    sampleNext();
    Map<String, String> failed = Map.of("outcome", "failed");
    assertThat(last(4, Metric.FILES, failed)).containsExactly(3L, 0L, 0L, 0L);
    assertThat(last(4, Metric.FILES, BENIGN)).containsExactly(2L, 0L, 0L, 15L);
    Chart job = jobSeries.of("J").orElseThrow();
    assertThat(sum(job, failed)).isEqualTo(3);
    assertThat(sum(job, BENIGN)).isEqualTo(17);
    Chart first = series.read(Step.TEN_SECONDS, now() - 40, now() - 30, Set.of(Metric.FILES));
    assertThat(values(first, Metric.FILES, failed)).as("a part of the time").containsExactly(3L);
  }

  private static long sum(Chart chart, Map<String, String> labels) {
    return values(chart, Metric.FILES, labels).stream().mapToLong(Number::longValue).sum();
  }

  @Test
  void bug_the_counter_of_files_fell_when_dead_letters_were_replayed() {
    accept("J", 5);
    fail(5);
    new DeadLetters(redis).requeue(Stage.SCAN, 3);
    Results.Totals totals = new Results(redis).totals();
    assertThat(totals.everCounted(Outcome.FAILED)).isEqualTo(5);
    assertThat(totals.files(Outcome.FAILED)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void each_step_keeps_its_number_of_buckets(Step step) {
    next(step);
    long at = now() / step.seconds() * step.seconds();
    String[] old =
        LongStream.rangeClosed(1, step.kept() + 5)
            .map(i -> at - (step.kept() + 6 - i) * step.seconds())
            .mapToObj(end -> end + "," + end)
            .toArray(String[]::new);
    redis.call(c -> c.rpush(redis.keys().of(Key.PLATFORM_SERIES, step.seconds()), old));
    assertThat(sampler.sample()).isPositive();
    assertThat(rows(Key.PLATFORM_SERIES, step.seconds()))
        .as("one row more, for the increase in the first bucket")
        .hasSize(step.kept() + 1);
    Chart chart = series.read(step, null, null, Set.of(Metric.FILES));
    assertThat(chart.at()).hasSize(step.kept());
    assertThat(values(chart, Metric.FILES, BENIGN).getFirst()).isNotNull();
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
  void two_replicas_sample_at_once_and_one_row_is_stored() throws Exception {
    sampler.sample();
    try (Redis other = server.connect(clock);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Sampler second = new Sampler(other, GaugeSource.NONE);
      CyclicBarrier start = new CyclicBarrier(2);
      for (int i = 0; i < 20; i++) {
        nextMultiple(10);
        List<Callable<Integer>> both =
            List.of(
                () -> {
                  start.await();
                  return sampler.sample();
                },
                () -> {
                  start.await();
                  return second.sample();
                });
        int stored = 0;
        for (Future<Integer> each : threads.invokeAll(both)) {
          stored += each.get();
        }
        assertThat(stored).as("rows").isBetween(1, 3);
      }
    }
    assertThat(rows(Key.PLATFORM_SERIES, 10)).hasSize(21).doesNotHaveDuplicates();
    assertThat(rows(Key.PLATFORM_SERIES, 10).stream().map(row -> row.split(",")[0]))
        .doesNotHaveDuplicates();
  }

  @Test
  void rows_from_before_the_clock_was_set_back_go() {
    sampleNext();
    sampleNext();
    clock.stepOfRedis(Duration.ofSeconds(-70));
    sampleNext();
    List<String> rows = rows(Key.PLATFORM_SERIES, 10);
    assertThat(rows).hasSize(1);
    assertThat(rows.getFirst()).startsWith(now() / 10 * 10 + ",");
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

  @Test
  void without_redis_a_call_fails_at_once_and_a_later_one_goes_on() {
    sampleNext();
    server.kill();
    try {
      await().until(() -> !redis.alive());
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(sampler::sample).isInstanceOf(RedisUnavailableException.class);
      }
    } finally {
      server.crashAndRestart();
    }
    await().until(redis::alive);
    sampleNext();
    assertThat(rows(Key.PLATFORM_SERIES, 10)).isNotEmpty();
  }

  @Test
  void bug_a_full_redis_stops_no_sample() {
    sampleNext();
    redis.call(c -> c.configSet("maxmemory", "1mb"));
    try {
      sampleNext();
    } finally {
      redis.call(c -> c.configSet("maxmemory", "0"));
    }
    assertThat(rows(Key.PLATFORM_SERIES, 10)).hasSize(2);
  }

  @Test
  void stored_rows_keep_their_meaning() {
    assertThat(Metric.OF_PLATFORM.stream().map(m -> m.name() + m.labels().values()))
        .as("rows have the values in this order; a new metric goes to the end")
        .startsWith("dsx_files_total[benign]", "dsx_files_total[malicious]")
        .containsSequence(
            "dsx_files_total[cancelled]",
            "dsx_scanned_bytes_total[]",
            "dsx_scanner_seconds_total[]",
            "dsx_queue_backlog[scan_request_queue]")
        .containsSequence(
            "dsx_queue_oldest_seconds[scan_result_notification_queue]",
            "dsx_dead_letters[scan_request_queue]",
            "dsx_dead_letters[verdict_action_queue]",
            "dsx_dead_letters[scan_result_queue]",
            "dsx_redis_memory_ratio[]",
            "dsx_scanner_latency_seconds[0.5]",
            "dsx_scanner_latency_seconds[0.95]",
            "dsx_worker_tasks[scan_request_queue]",
            "dsx_worker_limit[scan_request_queue]")
        .hasSize(32)
        .doesNotHaveDuplicates();
  }

  @Test
  void a_row_survives_storage() {
    List<@Nullable Double> values = Arrays.asList(1.0, null, 0.25, 1e15, 12345678.123456, null);
    String text = Row.text(values);
    assertThat(text).isEqualTo("1,,0.25,1000000000000000,12345678.123456,");
    Row row = Row.parse("7," + text).orElseThrow();
    assertThat(row.at()).isEqualTo(7);
    assertThat(row.values().toString()).isEqualTo(values.toString());
    assertThat(Row.parse("junk")).isEmpty();
  }
}
