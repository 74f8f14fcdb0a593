package io.dsxconnect.core.record;

import com.fasterxml.jackson.annotation.JsonValue;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.WireName;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What became of the item action of a file. */
public enum ActionState implements WireName {
  /** The connector acted. */
  SUCCEEDED,

  /** The connector could not act. */
  FAILED,

  /** The action was tried, and nobody knows whether it took effect: the file may be in place. */
  UNCONFIRMED,

  /** No action was needed or configured. */
  NONE,

  /** The file is malicious, and the outcome of its action is not recorded yet. */
  PENDING;

  /** The state of a record. */
  public static ActionState of(ScanResult result) {
    return switch (result.status()) {
      case ACTION_SUCCEEDED -> SUCCEEDED;
      case ACTION_FAILED -> FAILED;
      case NOT_SCANNED, SCANNED, FAILED, CANCELLED ->
          result.outcome() == Outcome.MALICIOUS ? withoutStatus(result) : NONE;
    };
  }

  private static ActionState withoutStatus(ScanResult result) {
    if (result.itemAction().hasUnconfirmedOutcome()) {
      return UNCONFIRMED;
    }
    return result.itemAction().equals(ItemActionStatus.NONE) && expectsAction(result.scanRequest())
        ? PENDING
        : NONE;
  }

  /** Whether the malicious file may still be where it was found although an action was tried. */
  public boolean leavesFileInDoubt() {
    return this == FAILED || this == UNCONFIRMED;
  }

  /**
   * Whether the connector was to act when the file was accepted: {@code nothing} has no outcome.
   */
  private static boolean expectsAction(@Nullable ScanRequest request) {
    if (request == null) {
      return false;
    }
    ConnectorInstance connector = request.connector();
    return request.requestedAction() != null
        || connector == null
        || connector.itemAction() != ItemAction.NOTHING;
  }

  /** The name in queries and answers, in lower case. */
  @Override
  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}
