package io.dsxconnect.core.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The stored form of a bucket. */
class RowTest {
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
