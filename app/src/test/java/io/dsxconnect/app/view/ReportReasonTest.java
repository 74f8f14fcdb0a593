package io.dsxconnect.app.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.ReportRow;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.contract.Status;
import org.junit.jupiter.api.Test;

class ReportReasonTest {

  private static ReportRow row(String reason, ItemActionStatus action) {
    return ReportRow.of(
        ScanResult.of("task", ScanResultStatus.SCANNED)
            .withJob("job")
            .withAction(action)
            .withReason(reason));
  }

  @Test
  void bug_nothing_said_why_an_action_failed() {
    ItemActionStatus failed =
        ItemActionStatus.of(Status.ERROR, "delete failed", "read-only", ItemAction.DELETE);
    assertThat(row("EICAR", failed).reason())
        .isEqualTo("EICAR; action failed: delete failed (read-only)");
    assertThat(row("", failed).reason()).isEqualTo("action failed: delete failed (read-only)");
    assertThat(row("EICAR", ItemActionStatus.NONE).reason()).isEqualTo("EICAR");
  }
}
