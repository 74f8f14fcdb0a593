package io.dsxconnect.core.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.record.RecordTotals;
import io.dsxconnect.core.record.Totals;
import io.dsxconnect.core.redis.Key;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each file is in the time series once, the first of a store and replayed ones, too. */
class CountedFilesTest extends SeriesFixture {
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
    Totals totals = new RecordTotals(redis).totals();
    assertThat(totals.everCounted(Outcome.FAILED)).isEqualTo(5);
    assertThat(totals.files(Outcome.FAILED)).isEqualTo(2);
  }
}
