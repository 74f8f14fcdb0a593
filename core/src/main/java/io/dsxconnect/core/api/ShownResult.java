package io.dsxconnect.core.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.record.ActionState;

/** A record in answers of REST: its fields, and then the state of its item action. */
record ShownResult(@JsonUnwrapped ScanResult result, ActionState actionState) {
  static ShownResult of(ScanResult result) {
    return new ShownResult(result, ActionState.of(result));
  }
}
