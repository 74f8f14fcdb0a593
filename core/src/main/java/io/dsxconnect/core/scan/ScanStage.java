package io.dsxconnect.core.scan;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.core.connector.ConnectorAddresses;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.connector.ConnectorClient.Read;
import io.dsxconnect.core.queue.DeadLetter;
import io.dsxconnect.core.queue.Gates;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.Origin;
import io.dsxconnect.core.queue.Origins;
import io.dsxconnect.core.queue.RetryPolicy;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.StageHandler;
import io.dsxconnect.core.queue.Task;
import io.dsxconnect.core.result.ResultMessage;
import io.dsxconnect.core.scanner.DsxaScanner;
import io.dsxconnect.core.scanner.MeasuredStream;
import io.dsxconnect.core.scanner.ScanOutcome;
import io.dsxconnect.core.scanner.Scanner;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file from its connector and streams it to the scanner. Only an answer to the whole file
 * is a verdict; everything else is Not Scanned with its reason, a later try, or a dead letter.
 */
public final class ScanStage implements StageHandler {
  /** A scanner that says busy and not for how long gets so much time, and less to do at once. */
  private static final Duration BREATH = Duration.ofMillis(100);

  private final ConnectorClient connectors;
  private final ConnectorAddresses addresses;
  private final Scanner scanner;
  private final BooleanSupplier scannerAnswers;
  private final Origins origins;
  private final RetryPolicy retry;
  private final Gates gates;
  private final long maxBytes;
  private final Supplier<String> guids;

  /**
   * @param scannerAnswers probes whether the scanner's address answers
   * @param maxBytes files over it are Non Compliant; 0 for no limit
   * @param guids names for verdicts of our own
   */
  public ScanStage(
      ConnectorClient connectors,
      ConnectorAddresses addresses,
      Scanner scanner,
      BooleanSupplier scannerAnswers,
      Origins origins,
      RetryPolicy retry,
      Gates gates,
      long maxBytes,
      Supplier<String> guids) {
    this.connectors = connectors;
    this.addresses = addresses;
    this.scanner = scanner;
    this.scannerAnswers = scannerAnswers;
    this.origins = origins;
    this.retry = retry;
    this.gates = gates;
    this.maxBytes = maxBytes;
    this.guids = guids;
  }

  @Override
  public Handoff handle(Task task) {
    ScanRequest request;
    try {
      request = origins.of(task).restore(ScanRequest.parse(task.body()));
    } catch (InvalidInput e) {
      return giveUp(task, "validation_error");
    }
    String url = addresses.of(request);
    if (url == null) {
      return notScanned(
          task, request, "no connector can read this file: neither connector nor connector_url");
    }
    Long hint = request.sizeInBytes();
    if (maxBytes > 0 && hint != null && hint > maxBytes) {
      return tooLarge(task, request, hint);
    }
    long start = System.nanoTime();
    return switch (connectors.read(url, request)) {
      case Read.Content content -> scan(task, request, content, start);
      case Read.Unreadable unreadable -> notScanned(task, request, unreadable.reason());
      case Read.Changed changed -> readAgain(task, request, changed.reason());
      case Read.Down down -> {
        // It may come back elsewhere: asked is whoever would be called next.
        gates.close(
            task.connector(),
            down.reason(),
            null,
            () -> connectors.answers(Objects.requireNonNullElse(addresses.of(request), url)));
        yield Handoff.of(task).back();
      }
      case Read.Failed failed -> tryAgain(task, failed.tag(), failed.reason(), retry.connector());
    };
  }

  private Handoff scan(Task task, ScanRequest request, Read.Content content, long start) {
    if (maxBytes > 0 && content.length() > maxBytes) {
      content.discard();
      return tooLarge(task, request, content.length());
    }
    double readMs = millisSince(start);
    try (MeasuredStream bytes = new MeasuredStream(content.stream(), content.length(), maxBytes)) {
      long sent = System.nanoTime();
      ScanOutcome outcome =
          scanner.scan(
              new Scanner.Submission(
                  bytes, content.length(), CustomMetadata.of(task, request), null));
      return concluded(task, request, outcome, bytes, start, readMs, millisSince(sent));
    } catch (Scanner.SourceFailure e) {
      return sourceFailed(task, request, e.ioCause());
    } catch (IOException e) {
      return sourceFailed(task, request, e);
    }
  }

  private Handoff concluded(
      Task task,
      ScanRequest request,
      ScanOutcome outcome,
      MeasuredStream bytes,
      long start,
      double readMs,
      double scannerMs)
      throws IOException {
    return switch (outcome) {
      case ScanOutcome.Judged judged -> {
        // The scanner may have answered before it was sent everything; then nobody saw the whole
        // file.
        if (!bytes.ended()) {
          yield tryAgain(
              task,
              "dsxa_server",
              "the scanner answered before it had the whole file",
              retry.scanner());
        }
        String doubt = doubt(request, judged.response(), bytes);
        if (doubt != null) {
          yield readAgain(task, request, doubt);
        }
        String sha256 = bytes.sha256Hex();
        if (!DsxaScanner.hashAgrees(judged.response(), sha256)) {
          yield tryAgain(
              task,
              "bad_payload",
              "the scanner's hash is not that of what was sent",
              retry.scanner());
        }
        yield verdict(
            task,
            request,
            judged.response().withTimes(millisSince(start), readMs, scannerMs),
            sha256);
      }
      case ScanOutcome.Busy busy ->
          stageWaits(task, busy.reason(), busy.retryAfter() == null ? BREATH : busy.retryAfter());
      case ScanOutcome.Down down -> stageWaits(task, down.reason(), null);
      case ScanOutcome.Unauthorized refused ->
          stageWaits(task, refused.reason(), Duration.ofSeconds(10));
      case ScanOutcome.TimedOut late ->
          tryAgain(task, "dsxa_timeout", late.reason(), retry.scanner());
      case ScanOutcome.Failed failed ->
          tryAgain(task, "dsxa_server", failed.reason(), retry.server());
      case ScanOutcome.Malformed odd ->
          tryAgain(task, "bad_payload", odd.reason(), retry.scanner());
      case ScanOutcome.Refused refused -> failed(task, "dsxa_client_4xx", refused.reason());
    };
  }

  private Handoff verdict(Task task, ScanRequest request, ScanResponse response, String sha256) {
    ScanResponse answer =
        response.verdict().equals(ScanResponse.SCANNING)
            ? ScanResponse.unscanned(
                response.scanGuid(),
                ScanResponse.NOT_SCANNED,
                "the scanner did not finish",
                request.sizeInBytes())
            : response;
    boolean malicious = answer.outcome() == Outcome.MALICIOUS;
    ScanResult result = result(task, request, answer, ScanResultStatus.SCANNED, null, sha256);
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

  private Handoff sourceFailed(Task task, ScanRequest request, IOException e) {
    if (e instanceof MeasuredStream.LimitExceeded) {
      return tooLarge(task, request, null);
    }
    return readAgain(
        task,
        request,
        "the file changed or was cut while it was read, or the connection to the connector broke");
  }

  /**
   * Of an answer that announced no length only the listing says how long the file is. What is
   * malicious stays so: no rest of a file makes it clean.
   */
  private static @Nullable String doubt(
      ScanRequest request, ScanResponse response, MeasuredStream bytes) {
    Long listed = request.sizeInBytes();
    boolean agrees = bytes.announced() >= 0 || listed == null || listed == bytes.count();
    return agrees || response.outcome() == Outcome.MALICIOUS
        ? null
        : "the file was listed with "
            + listed
            + " bytes, "
            + bytes.count()
            + " came: it changed or was cut";
  }

  private Handoff readAgain(Task task, ScanRequest request, String reason) {
    return retry.exhausted(task)
        ? notScanned(task, request, reason)
        : Handoff.of(task).later(RetryPolicy.wait(retry.connector(), task));
  }

  private Handoff tooLarge(Task task, ScanRequest request, @Nullable Long size) {
    return unscanned(task, request, ScanResponse.NON_COMPLIANT, "File Size Too Large", size);
  }

  private Handoff notScanned(Task task, ScanRequest request, String reason) {
    return unscanned(task, request, ScanResponse.NOT_SCANNED, reason, request.sizeInBytes());
  }

  private Handoff unscanned(
      Task task, ScanRequest request, String verdict, String reason, @Nullable Long size) {
    ScanResult result =
        result(
            task,
            request,
            ScanResponse.unscanned(guids.get(), verdict, reason, size),
            ScanResultStatus.NOT_SCANNED,
            reason,
            null);
    return Handoff.of(task)
        .put(Stage.RESULT, new ResultMessage(ResultMessage.Kind.VERDICT, result).encode());
  }

  private Handoff stageWaits(Task task, String reason, @Nullable Duration wait) {
    gates.close(Gates.STAGE, reason, wait, scannerAnswers);
    return Handoff.of(task).back();
  }

  private Handoff tryAgain(Task task, String tag, String reason, Duration base) {
    return retry.exhausted(task)
        ? failed(task, "max_retries_exceeded", tag + ": " + reason)
        : Handoff.of(task).later(RetryPolicy.wait(base, task));
  }

  @Override
  public Handoff giveUp(Task task, String reason) {
    return failed(task, "unknown_error", reason);
  }

  private Handoff failed(Task task, String tag, String reason) {
    ScanRequest request;
    try {
      request = ScanRequest.parse(task.body());
    } catch (InvalidInput e) {
      request = null;
    }
    ScanResult result =
        result(task, request, null, ScanResultStatus.FAILED, tag + ": " + reason, null);
    return Handoff.of(task)
        .dead(DeadLetter.of(task, origins.of(task), tag, reason, request, null).json())
        .put(Stage.RESULT, new ResultMessage(ResultMessage.Kind.VERDICT, result).encode());
  }

  /** The connector stays out of what travels; the task's origin names it. */
  private ScanResult result(
      Task task,
      @Nullable ScanRequest request,
      @Nullable ScanResponse response,
      ScanResultStatus status,
      @Nullable String reason,
      @Nullable String sha256) {
    ScanRequest stripped = request == null ? null : Origin.strip(request.withJob(task.job()));
    return new ScanResult(
        -1,
        task.id(),
        task.job(),
        null,
        stripped,
        response,
        ItemActionStatus.NONE,
        status,
        reason,
        sha256,
        scanner.engine(),
        null);
  }

  private static double millisSince(long nanos) {
    return Math.round((System.nanoTime() - nanos) / 1e3) / 1e3;
  }
}
