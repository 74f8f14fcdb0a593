package io.dsxconnect.core.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.contract.Status;
import org.junit.jupiter.api.Test;

class FindingTest {

  private static ObjectNode record(ItemActionStatus action) {
    ConnectorInstance connector =
        ConnectorInstance.builder("files", "http://127.0.0.1:1/files").display(" ", null).build();
    return (ObjectNode)
        Json.tree(
            ScanResult.of("T", ScanResultStatus.SCANNED)
                .withRequest(ScanRequest.of("/x", "x").withConnector(connector, null))
                .withVerdict(ScanResponse.of("g", ScanResponse.MALICIOUS, 1L))
                .withAction(action));
  }

  private static String actionStatus(ItemActionStatus action) {
    return Finding.of(record(action), true).actionStatus();
  }

  @Test
  void bug_an_action_whose_outcome_nobody_knows_was_none() {
    assertThat(actionStatus(ItemActionStatus.unconfirmed(null, ItemAction.MOVE)))
        .isEqualTo("unconfirmed");
    assertThat(actionStatus(ItemActionStatus.NONE)).isEqualTo("none");
    assertThat(actionStatus(ItemActionStatus.of(Status.ERROR, "m", null, ItemAction.MOVE)))
        .isEqualTo("failed");
    assertThat(actionStatus(ItemActionStatus.of(Status.SUCCESS, "m", null, ItemAction.MOVE)))
        .isEqualTo("succeeded");
    ObjectNode odd = record(ItemActionStatus.NONE);
    odd.put("item_action", "odd");
    assertThat(Finding.of(odd, true).actionStatus()).isEqualTo("none");
    assertThat(Finding.of(odd, false).actionStatus()).isEqualTo("pending");
  }

  @Test
  void bug_a_connector_with_a_blank_display_name_had_no_name() {
    assertThat(Finding.of(record(ItemActionStatus.NONE), true).connectorName()).isEqualTo("files");
  }
}
