package io.dsxconnect.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import org.junit.jupiter.api.Test;

class ActionStateTest {
  private static ScanResult malicious(ItemAction action) {
    ConnectorInstance connector =
        ConnectorInstance.builder("fs", "http://127.0.0.1:1/fs").itemAction(action, "").build();
    return ScanResult.of("T", ScanResultStatus.SCANNED)
        .withRequest(ScanRequest.of("/evil", "evil").withConnector(connector, null))
        .withVerdict(ScanResponse.of("g", ScanResponse.MALICIOUS, 5L));
  }

  @Test
  void a_malicious_file_waits_for_the_outcome_of_its_action() {
    assertThat(ActionState.of(malicious(ItemAction.DELETE))).isEqualTo(ActionState.PENDING);
  }

  @Test
  void an_unconfirmed_outcome_is_a_state_of_malicious_files() {
    ScanResult unconfirmed =
        malicious(ItemAction.DELETE)
            .withAction(ItemActionStatus.unconfirmed("gone", ItemAction.DELETE));
    assertThat(ActionState.of(unconfirmed)).isEqualTo(ActionState.UNCONFIRMED);
    assertThat(ActionState.of(unconfirmed.withVerdict(ScanResponse.of("g", "Benign", 5L))))
        .isEqualTo(ActionState.NONE);
  }

  @Test
  void bug_a_malicious_file_of_a_connector_that_does_nothing_waited_for_ever() {
    assertThat(ActionState.of(malicious(ItemAction.NOTHING))).isEqualTo(ActionState.NONE);
  }
}
