package io.dsxconnect.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ScannerStatusTest {
  private static List<LiveWorker> workers(ScannerReport... reports) {
    List<LiveWorker> workers = new ArrayList<>();
    workers.add(new LiveWorker(Reports.of("r", "scan_result_queue", null), 1));
    for (ScannerReport report : reports) {
      workers.add(new LiveWorker(Reports.of("s", "scan_request_queue", report), 1));
    }
    return workers;
  }

  @Test
  void without_a_scan_worker_nothing_is_claimed() {
    ScannerStatus status = ScannerStatus.of(workers(), true);
    assertThat(status.state()).isEqualTo(ScannerState.UNKNOWN);
    assertThat(status.demo()).isNull();
    assertThat(status.limit()).isNull();
    assertThat(ScannerStatus.of(workers(), false).state()).isEqualTo(ScannerState.NOT_CONFIGURED);
  }

  @Test
  void the_worst_state_wins_and_of_equal_ones_the_oldest() {
    ScannerStatus status =
        ScannerStatus.of(
            workers(
                Reports.scanner(ScannerState.READY, 1),
                Reports.scanner(ScannerState.UNAVAILABLE, 9),
                Reports.scanner(ScannerState.UNAVAILABLE, 7),
                Reports.scanner(ScannerState.BUSY, 2)),
            false);
    assertThat(status.state()).isEqualTo(ScannerState.UNAVAILABLE);
    assertThat(Objects.requireNonNull(status.worst()).since()).isEqualTo(7);
    assertThat(status.limit()).isEqualTo(16);
    assertThat(status.tasks()).isEqualTo(4);
    assertThat(status.recent().busyPerMinute()).isEqualTo(12);
    assertThat(status.recent().filesPerMinute()).isEqualTo(200);
    assertThat(status.recent().failedPerMinute()).isEqualTo(16);
  }

  @Test
  void a_worker_that_has_just_started_does_not_hide_what_another_knows() {
    ScannerStatus status =
        ScannerStatus.of(
            workers(
                Reports.scanner(ScannerState.UNKNOWN, 9), Reports.scanner(ScannerState.READY, 1)),
            true);
    assertThat(status.state()).isEqualTo(ScannerState.READY);
  }
}
