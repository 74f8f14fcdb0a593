package io.dsxconnect.app.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.core.job.Job;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScanTotalsTest {
  private static Job job(long accepted, long benign, long malicious) {
    Map<String, String> fields =
        new HashMap<>(
            Map.of(
                "job_id", "a",
                "accepted", "" + accepted,
                "benign", "" + benign,
                "malicious", "" + malicious,
                "total_bytes", "1000000",
                "listing_errors", "1",
                "listing_error_samples", "[\"/x: permission denied\"]",
                "left_out", "{\"links\":2}"));
    fields.put("first_scan_started_at", "100");
    fields.put("first_scan_started_ms", "100250");
    fields.put("last_terminal_at", "101");
    fields.put("last_terminal_ms", "101750");
    return new Job(fields);
  }

  @Test
  void the_jobs_of_all_paths_add_up_to_one_summary() {
    ScanTotals totals = new ScanTotals();
    totals.add(job(3, 2, 1));
    totals.add(job(4, 4, 0));
    Summary summary = totals.summary(false);
    assertThat(summary.seconds()).isEqualTo(3);
    assertThat(summary.ledger().accepted()).isEqualTo(7);
    assertThat(summary.ledger().benign()).isEqualTo(6);
    assertThat(summary.ledger().malicious()).isEqualTo(1);
    assertThat(summary.ledger().balanced()).isTrue();
    assertThat(summary.bytes()).isEqualTo(2_000_000);
    assertThat(summary.listing().errors()).isEqualTo(2);
    assertThat(summary.listing().samples()).hasSize(2);
    assertThat(summary.exitCode()).isEqualTo(1);
  }

  @Test
  void a_run_without_jobs_is_an_empty_ledger_that_balances() {
    Summary summary = new ScanTotals().summary(true);
    assertThat(summary.ledger().accepted()).isZero();
    assertThat(summary.ledger().balanced()).isTrue();
    assertThat(summary.engine()).isEqualTo("none");
  }
}
