package io.dsxconnect.core.queue;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.contract.Status;
import io.dsxconnect.contract.VerdictDetails;
import io.dsxconnect.core.result.ResultMessage;
import org.jspecify.annotations.Nullable;

/** What the stages write to one another, as the product encodes it. */
final class ModelMessages {
  private ModelMessages() {}

  static String verdict(Task task, Outcome outcome) {
    ScanResultStatus status =
        switch (outcome) {
          case FAILED -> ScanResultStatus.FAILED;
          case NOT_SCANNED -> ScanResultStatus.NOT_SCANNED;
          default -> ScanResultStatus.SCANNED;
        };
    ScanResult result = result(task, request(task), answer(outcome), ItemActionStatus.NONE, status);
    return new ResultMessage(ResultMessage.Kind.VERDICT, result).encode();
  }

  /** What became of the action on a malicious file. */
  static String acted(Task task, boolean well) {
    ScanResult verdict = ResultMessage.decode(task.body()).result();
    ItemActionStatus status =
        ItemActionStatus.of(
            well ? Status.SUCCESS : Status.ERROR,
            well ? "deleted" : "busy",
            null,
            ItemAction.DELETE);
    ScanResult result =
        result(
            task,
            verdict.scanRequest(),
            verdict.verdict(),
            status,
            well ? ScanResultStatus.ACTION_SUCCEEDED : ScanResultStatus.ACTION_FAILED);
    return new ResultMessage(ResultMessage.Kind.ACTION, result).encode();
  }

  static Outcome outcome(String body) {
    return ResultMessage.decode(body).result().outcome();
  }

  private static ScanRequest request(Task task) {
    try {
      return Origin.strip(ScanRequest.parse(task.body()).withJob(task.job()));
    } catch (InvalidInput e) {
      throw new AssertionError("the queue changed a request: " + task, e);
    }
  }

  private static @Nullable ScanResponse answer(Outcome outcome) {
    return switch (outcome) {
      case FAILED -> null;
      case NOT_SCANNED ->
          ScanResponse.unscanned("guid", ScanResponse.NOT_SCANNED, "it changed", null);
      default ->
          new ScanResponse(
              "guid",
              outcome == Outcome.MALICIOUS ? ScanResponse.MALICIOUS : ScanResponse.BENIGN,
              VerdictDetails.NONE,
              null,
              null,
              7L,
              null,
              null,
              null,
              null,
              null,
              null,
              null);
    };
  }

  private static ScanResult result(
      Task task,
      @Nullable ScanRequest request,
      @Nullable ScanResponse verdict,
      ItemActionStatus action,
      ScanResultStatus status) {
    return new ScanResult(
        -1,
        task.id(),
        task.job(),
        null,
        request,
        verdict,
        action,
        status,
        null,
        null,
        "model",
        null);
  }
}
