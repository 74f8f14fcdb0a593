package io.dsxconnect.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.core.record.ResultSummary.Extent;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentSummariesTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RecentSummaries recent = new RecentSummaries(nanos::get);

  private static ResultSummary summary(Extent extent) {
    return new ResultSummary.Sums().end(true, extent);
  }

  private void after(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** Keeps a summary of all records that took this long. */
  private ResultSummary kept(Extent extent, long tookMillis) {
    long begin = nanos.get();
    after(tookMillis);
    ResultSummary summary = summary(extent);
    recent.keep(ResultQuery.ALL, summary, begin);
    return summary;
  }

  @Test
  void is_given_again_for_twenty_times_as_long_as_it_took() {
    Extent extent = new Extent(10, 0, 10);
    ResultSummary summary = kept(extent, 100);
    after(1_999);
    assertThat(recent.find(ResultQuery.ALL, new Extent(12, 0, 12))).containsSame(summary);
    after(1);
    assertThat(recent.find(ResultQuery.ALL, extent)).isEmpty();
  }

  @Test
  void is_given_again_for_half_a_minute_at_most() {
    Extent extent = new Extent(10, 0, 10);
    kept(extent, 4_000);
    after(29_999);
    assertThat(recent.find(ResultQuery.ALL, extent)).isPresent();
    after(1);
    assertThat(recent.find(ResultQuery.ALL, extent)).isEmpty();
  }

  @Test
  void is_not_given_after_a_tenth_of_the_records_was_deleted() {
    kept(new Extent(100, 5, 105), 1_000);
    assertThat(recent.find(ResultQuery.ALL, new Extent(90, 15, 105))).isPresent();
    assertThat(recent.find(ResultQuery.ALL, new Extent(89, 16, 105))).isEmpty();
    assertThat(recent.find(ResultQuery.ALL, new Extent(0, 105, 105))).isEmpty();
  }

  @Test
  void is_made_anew_when_that_is_quick() {
    Extent extent = new Extent(10, 0, 10);
    kept(extent, 49);
    assertThat(recent.find(ResultQuery.ALL, extent)).isEmpty();
  }

  @Test
  void is_of_one_query_only() {
    Extent extent = new Extent(10, 0, 10);
    kept(extent, 1_000);
    ResultQuery job = new ResultQuery("a job", ResultQuery.Filter.NONE, null, true);
    assertThat(recent.find(job, extent)).isEmpty();
  }
}
