package io.dsxconnect.core.scan;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.core.connector.ConnectorAddresses;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.connector.ReadReply;
import io.dsxconnect.core.connector.SlowConnectorException;
import io.dsxconnect.core.queue.CircuitBreakers;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.Origins;
import io.dsxconnect.core.queue.RetryPolicy;
import io.dsxconnect.core.queue.Slots;
import io.dsxconnect.core.queue.StageHandler;
import io.dsxconnect.core.queue.Task;
import io.dsxconnect.core.scanner.DsxaScanner;
import io.dsxconnect.core.scanner.MeasuredStream;
import io.dsxconnect.core.scanner.ScanOutcome;
import io.dsxconnect.core.scanner.Scanner;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
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
  private final Origins origins;
  private final RetryPolicy retry;
  private final CircuitBreakers gates;
  private final Slots slots;
  private final long maxBytes;
  private final ScanOutcomes endings;
  private final ScannerRefusals refusals;

  /**
   * @param maxBytes files over it are Non Compliant; 0 for no limit
   * @param guids names for verdicts of our own
   */
  public ScanStage(ScanParts parts, long maxBytes, Supplier<String> guids) {
    this.connectors = parts.connectors();
    this.addresses = parts.addresses();
    this.scanner = parts.scanner();
    this.origins = parts.origins();
    this.retry = parts.retry();
    this.gates = parts.gates();
    this.slots = parts.slots();
    this.maxBytes = maxBytes;
    this.endings = new ScanOutcomes(origins, scanner, guids);
    this.refusals = new ScannerRefusals(scanner, gates, parts.turns());
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
      return endings.notScanned(
          task, request, "no connector can read this file: neither connector nor connector_url");
    }
    Long hint = request.sizeInBytes();
    if (maxBytes > 0 && hint != null && hint > maxBytes) {
      return endings.tooLarge(task, request, hint);
    }
    long start = System.nanoTime();
    return switch (slots.lend(task, () -> connectors.read(url, request))) {
      case ReadReply.Content content -> scan(task, request, content, start);
      case ReadReply.Unreadable unreadable ->
          endings.notScanned(task, request, unreadable.reason());
      case ReadReply.Misdirected other -> readAgain(task, request, other.reason());
      case ReadReply.Changed changed -> readAgain(task, request, changed.reason());
      case ReadReply.Down down -> {
        // It may come back elsewhere: asked is whoever would be called next.
        gates.close(
            task.connector(),
            down.reason(),
            null,
            () -> connectors.answers(Objects.requireNonNullElse(addresses.of(request), url)));
        yield Handoff.of(task).back();
      }
      case ReadReply.Failed failed ->
          tryAgain(task, failed.tag(), failed.reason(), retry.connector());
    };
  }

  private Handoff scan(Task task, ScanRequest request, ReadReply.Content content, long start) {
    if (maxBytes > 0 && content.length() > maxBytes) {
      content.discard();
      return endings.tooLarge(task, request, content.length());
    }
    try (MeasuredStream bytes = new MeasuredStream(content.stream(), content.length(), maxBytes)) {
      // A connector may answer, and hang when it reads its file.
      boolean ignored = slots.lend(task, bytes::awaitFirst);
      double readMs = millisSince(start);
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
        yield endings.verdict(
            task,
            request,
            judged.response().withTimes(millisSince(start), readMs, scannerMs),
            judged.engine(),
            sha256);
      }
      case ScanOutcome.Unproven doubt -> endings.notScanned(task, request, doubt.reason());
      case ScanOutcome.Busy busy ->
          refusals.notNow(
              task,
              busy.reason(),
              busy.retryAfter() == null ? BREATH : busy.retryAfter(),
              reason -> endings.notScanned(task, request, reason));
      case ScanOutcome.Unauthorized refused ->
          refusals.notNow(
              task, refused.reason(), null, reason -> endings.notScanned(task, request, reason));
      case ScanOutcome.Down down -> refusals.down(task, down.reason());
      case ScanOutcome.Doubtful doubtful ->
          refusals.doubtful(
              task,
              doubtful.reason(),
              doubtful.stale(),
              () -> tryAgain(task, "dsxa_server", doubtful.reason(), retry.server()),
              reason -> endings.failed(task, "dsxa_server", reason));
      case ScanOutcome.TimedOut late ->
          tryAgain(task, "dsxa_timeout", late.reason(), retry.scanner());
      case ScanOutcome.Failed failed ->
          tryAgain(task, "dsxa_server", failed.reason(), retry.server());
      case ScanOutcome.Malformed odd ->
          tryAgain(task, "bad_payload", odd.reason(), retry.scanner());
      case ScanOutcome.Refused refused -> endings.failed(task, "dsxa_client_4xx", refused.reason());
    };
  }

  private Handoff sourceFailed(Task task, ScanRequest request, IOException e) {
    if (e instanceof MeasuredStream.LimitExceeded) {
      return endings.tooLarge(task, request, null);
    }
    return readAgain(
        task,
        request,
        e instanceof SlowConnectorException slow
            ? slow.reason()
            : "the file changed or was cut while it was read, or the connection to the connector"
                + " broke");
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
        ? endings.notScanned(task, request, reason)
        : Handoff.of(task).later(RetryPolicy.wait(retry.connector(), task));
  }

  private Handoff tryAgain(Task task, String tag, String reason, Duration base) {
    return retry.exhausted(task)
        ? endings.failed(task, "max_retries_exceeded", tag + ": " + reason)
        : Handoff.of(task).later(RetryPolicy.wait(base, task));
  }

  @Override
  public Handoff giveUp(Task task, String reason) {
    return endings.failed(task, "unknown_error", reason);
  }

  private static double millisSince(long nanos) {
    return Math.round((System.nanoTime() - nanos) / 1e3) / 1e3;
  }
}
