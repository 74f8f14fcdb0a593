package io.dsxconnect.core.scan;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.Origin;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.Task;
import io.dsxconnect.core.result.ResultMessage;
import io.dsxconnect.core.scanner.Scanner;
import io.dsxconnect.core.stage.StageContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The ways in which a file leaves the scan stage, each with one record. Thread-safe. */
final class ScanOutcomes {
  private final StageContext context;
  private final Scanner scanner;
  private final Supplier<String> guids;

  /**
   * @param guids makes ids for answers that are not the scanner's
   */
  ScanOutcomes(StageContext context, Scanner scanner, Supplier<String> guids) {
    this.context = context;
    this.scanner = scanner;
    this.guids = guids;
  }

  /** The scanner judged the whole file. */
  Handoff verdict(
      Task task, ScanRequest request, ScanResponse response, String engine, String sha256) {
    ScanResponse answer =
        response.verdict().equals(ScanResponse.SCANNING)
            ? ScanResponse.unscanned(
                response.scanGuid(),
                ScanResponse.NOT_SCANNED,
                "the scanner did not finish",
                request.sizeInBytes())
            : response;
    boolean malicious = answer.outcome() == Outcome.MALICIOUS;
    ScanResult result =
        result(task, request, ScanResultStatus.SCANNED)
            .withVerdict(answer)
            .withScanner(engine, sha256);
    Handoff handoff =
        Handoff.of(task)
            .put(Stage.RESULT, new ResultMessage(ResultMessage.Kind.VERDICT, result).encode());
    if (malicious) {
      handoff
          .actionDue()
          .put(Stage.ACTION, new ResultMessage(ResultMessage.Kind.VERDICT, result).encode());
    }
    return handoff;
  }

  Handoff tooLarge(Task task, ScanRequest request, @Nullable Long size) {
    return unscanned(task, request, ScanResponse.NON_COMPLIANT, "File Size Too Large", size);
  }

  Handoff notScanned(Task task, ScanRequest request, String reason) {
    return unscanned(task, request, ScanResponse.NOT_SCANNED, reason, request.sizeInBytes());
  }

  private Handoff unscanned(
      Task task, ScanRequest request, String verdict, String reason, @Nullable Long size) {
    ScanResult result =
        result(task, request, ScanResultStatus.NOT_SCANNED)
            .withVerdict(ScanResponse.unscanned(guids.get(), verdict, reason, size))
            .withReason(reason)
            .withScanner(scanner.engine(), null);
    return Handoff.of(task)
        .put(Stage.RESULT, new ResultMessage(ResultMessage.Kind.VERDICT, result).encode());
  }

  /** A dead letter and a record. */
  Handoff failed(Task task, String tag, String reason) {
    ScanRequest request;
    try {
      request = ScanRequest.parse(task.body());
    } catch (InvalidInput e) {
      request = null;
    }
    ScanResult result =
        result(task, request, ScanResultStatus.FAILED)
            .withReason(tag + ": " + reason)
            .withScanner(scanner.engine(), null);
    return context
        .deadLetter(task, tag, reason, request, null)
        .put(Stage.RESULT, new ResultMessage(ResultMessage.Kind.VERDICT, result).encode());
  }

  /** Without the connector, which the task's origin names. */
  private static ScanResult result(
      Task task, @Nullable ScanRequest request, ScanResultStatus status) {
    return ScanResult.of(task.id(), status)
        .withJob(task.job())
        .withRequest(request == null ? null : Origin.strip(request.withJob(task.job())));
  }
}
