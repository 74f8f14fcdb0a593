package io.dsxconnect.core.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rows of the platform: when they are written, and how long they are kept. */
class SamplerTest extends SeriesFixture {
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
  void an_emptied_redis_starts_new_series() {
    sampleNext();
    redis.call(c -> c.flushall());
    sampleNext();
    assertThat(rows(Key.PLATFORM_SERIES, 10)).hasSize(1);
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
}
