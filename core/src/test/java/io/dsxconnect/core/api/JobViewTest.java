package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.core.TestClock;
import io.dsxconnect.core.event.JobSnapshot;
import io.dsxconnect.core.job.Job;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A job's derived fields, and that REST and SSE report the same. */
class JobViewTest {
  private static final List<String> SHARED =
      List.of(
          "processed_count",
          "succeeded_count",
          "failed_count",
          "cancelled_count",
          "skipped_count",
          "duration_secs",
          "processing_window_secs",
          "processing_window_ms",
          "eta_secs",
          "time_remaining");

  private final TestClock clock = new TestClock();

  private Map<String, String> activeScan() {
    long start = clock.millis() / 1000;
    clock.advance(Duration.ofSeconds(100));
    Map<String, String> fields = new HashMap<>();
    fields.put("job_id", "J");
    fields.put("started_at", Long.toString(start));
    fields.put("first_scan_started_at", Long.toString(start + 10));
    fields.put("last_terminal_at", Long.toString(start + 90));
    fields.put("accepted", "20");
    fields.put("announced_total", "50");
    fields.put("benign", "7");
    fields.put("failed", "2");
    fields.put("non_compliant", "1");
    fields.put("pending", "10");
    return fields;
  }

  private static Map<String, @Nullable Object> shared(Map<String, Object> fields) {
    Map<String, @Nullable Object> shared = new HashMap<>();
    for (String name : SHARED) {
      Object value = fields.get(name);
      shared.put(name, value == null ? null : value.toString());
    }
    return shared;
  }

  @Test
  void bug_rest_and_sse_estimated_the_time_remaining_by_different_formulas() {
    Job job = new Job(activeScan());

    Map<String, Object> rest = JobView.of(job, clock);
    Map<String, Object> sse = JobSnapshot.of(job, clock);

    assertThat(shared(sse)).isEqualTo(shared(rest));
    // 10 of 50 announced files took 100 s, so the other 40 take 400 s.
    assertThat(rest)
        .containsEntry("eta_secs", "400")
        .containsEntry("time_remaining", "00:06:40")
        .containsEntry("succeeded_count", "7")
        .containsEntry("processing_window_secs", "80")
        .containsEntry("duration_secs", "100");
  }

  @Test
  void bug_a_job_of_a_second_and_a_half_lasted_one_second_or_two() {
    Map<String, String> fields = activeScan();
    long first = Long.parseLong(fields.get("first_scan_started_at"));
    fields.put("last_terminal_at", Long.toString(first + 1));
    fields.put("first_scan_started_ms", Long.toString(first * 1000 + 250));
    fields.put("last_terminal_ms", Long.toString(first * 1000 + 1750));
    Map<String, Object> rest = JobView.of(new Job(fields), clock);
    assertThat(rest)
        .containsEntry("processing_window_ms", "1500")
        .containsEntry("processing_window_secs", "1");
    assertThat(shared(JobSnapshot.of(new Job(fields), clock))).isEqualTo(shared(rest));

    // A worker of an older version counted the last outcome.
    fields.put("last_terminal_at", Long.toString(first + 9));
    assertThat(JobView.of(new Job(fields), clock))
        .containsEntry("processing_window_secs", "9")
        .doesNotContainKey("processing_window_ms");
  }

  @Test
  void a_finished_job_has_no_eta() {
    Map<String, String> fields = activeScan();
    fields.put("finished_at", Long.toString(clock.millis() / 1000));
    clock.advance(Duration.ofSeconds(50));
    Job job = new Job(fields);

    assertThat(JobView.of(job, clock))
        .containsEntry("duration_secs", "100")
        .doesNotContainKeys("eta_secs", "time_remaining");
    assertThat(JobSnapshot.of(job, clock))
        .containsEntry("duration_secs", 100L)
        .containsEntry("eta_secs", null)
        .containsEntry("time_remaining", null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"status=paused", "status=cancelled", "announced=1"})
  void bug_a_time_was_promised_that_nobody_knows(String field) {
    Map<String, String> fields = activeScan();
    fields.put(field.substring(0, field.indexOf('=')), field.substring(field.indexOf('=') + 1));
    assertThat(JobView.of(new Job(fields), clock)).doesNotContainKeys("eta_secs", "time_remaining");
    fields.put("status", "running");
    fields.put("enqueue_done", "1");
    assertThat(JobView.of(new Job(fields), clock)).containsEntry("eta_secs", "400");
  }

  @Test
  void bug_cancelled_files_lowered_the_averages() {
    Map<String, String> fields = activeScan();
    fields.put("cancelled", "90");
    fields.put("accepted", "110");
    fields.put("total_bytes", "1000");
    fields.put("total_request_elapsed_ms", "500");
    assertThat(JobView.of(new Job(fields), clock))
        .containsEntry("avg_bytes_per_file", "100")
        .containsEntry("avg_request_elapsed_ms", "50.000");
  }
}
