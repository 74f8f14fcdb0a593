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
import io.dsxconnect.core.result.ResultMessage;
import org.jspecify.annotations.Nullable;

/** The messages between the stages, as the product encodes them. */
final class ModelMessages {
  private ModelMessages() {}

  static String verdict(Task task, Outcome outcome) {
    ScanResultStatus status =
        switch (outcome) {
          case FAILED -> ScanResultStatus.FAILED;
          case NOT_SCANNED -> ScanResultStatus.NOT_SCANNED;
          default -> ScanResultStatus.SCANNED;
        };
    ScanResult result =
        ScanResult.of(task.id(), status)
            .withJob(task.job())
            .withRequest(request(task))
            .withVerdict(response(outcome))
            .withScanner("model", null);
    return new ResultMessage(ResultMessage.Kind.VERDICT, result).encode();
  }

  /** The outcome of the action on a malicious file. */
  static String acted(Task task, boolean success) {
    ScanResult verdict = ResultMessage.decode(task.body()).result();
    ItemActionStatus status =
        ItemActionStatus.of(
            success ? Status.SUCCESS : Status.ERROR,
            success ? "deleted" : "busy",
            null,
            ItemAction.DELETE);
    return new ResultMessage(ResultMessage.Kind.ACTION, verdict.withAction(status)).encode();
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

  private static @Nullable ScanResponse response(Outcome outcome) {
    return switch (outcome) {
      case FAILED -> null;
      case NOT_SCANNED ->
          ScanResponse.unscanned("guid", ScanResponse.NOT_SCANNED, "it changed", null);
      default ->
          ScanResponse.of(
              "guid",
              outcome == Outcome.MALICIOUS ? ScanResponse.MALICIOUS : ScanResponse.BENIGN,
              7L);
    };
  }
}
