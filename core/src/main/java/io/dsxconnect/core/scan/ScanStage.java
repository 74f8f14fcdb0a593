package io.dsxconnect.core.scan;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.core.connector.ReadReply;
import io.dsxconnect.core.connector.SlowConnectorException;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.RefusalPolicy;
import io.dsxconnect.core.queue.RetryPolicy;
import io.dsxconnect.core.queue.Slots;
import io.dsxconnect.core.queue.StageHandler;
import io.dsxconnect.core.queue.Task;
import io.dsxconnect.core.scanner.MeasuredStream;
import io.dsxconnect.core.scanner.ScanOutcome;
import io.dsxconnect.core.scanner.Scanner;
import io.dsxconnect.core.stage.StageContext;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file from its connector and streams it to the scanner. Only an answer about the whole
 * file is a verdict; everything else leads to Not Scanned with a reason, a retry, or a dead letter.
 * Thread-safe.
 */
public final class ScanStage implements StageHandler {
  /** How long a busy scanner that names no time is left alone. */
  private static final Duration BUSY_RETRY = Duration.ofMillis(100);

  private final StageContext context;
  private final Scanner scanner;
  private final Slots slots;
  private final long maxBytes;
  private final ScanOutcomes outcomes;
  private final ScannerRefusals refusals;

  /**
   * @param slots of the worker that runs this stage
   * @param refusalPolicy for a file that the scanner refuses while it accepts others
   * @param maxBytes larger files are Non Compliant; 0 for no limit
   * @param guids makes ids for answers that are not the scanner's
   */
  public ScanStage(
      StageContext context,
      Scanner scanner,
      Slots slots,
      RefusalPolicy refusalPolicy,
      long maxBytes,
      Supplier<String> guids) {
    this.context = context;
    this.scanner = scanner;
    this.slots = slots;
    this.maxBytes = maxBytes;
    this.outcomes = new ScanOutcomes(context, scanner, guids);
    this.refusals = new ScannerRefusals(scanner, context.breakers(), refusalPolicy);
  }

  @Override
  public Handoff handle(Task task) {
    ScanRequest request;
    try {
      request = context.origins().of(task).restore(ScanRequest.parse(task.body()));
    } catch (InvalidInput e) {
      return giveUp(task, "validation_error");
    }
    String url = context.addresses().of(request);
    if (url == null) {
      return outcomes.notScanned(
          task, request, "no connector can read this file: neither connector nor connector_url");
    }
    Long hint = request.sizeInBytes();
    if (maxBytes > 0 && hint != null && hint > maxBytes) {
      return outcomes.tooLarge(task, request, hint);
    }
    long start = System.nanoTime();
    return switch (slots.lend(task, () -> context.connectors().read(url, request))) {
      case ReadReply.Content content -> scan(task, request, content, start);
      case ReadReply.Unreadable unreadable ->
          outcomes.notScanned(task, request, unreadable.reason());
      case ReadReply.Misdirected other -> readAgain(task, request, other.reason());
      case ReadReply.Changed changed -> readAgain(task, request, changed.reason());
      case ReadReply.Down down -> context.connectorDown(task, request, url, down.reason());
      case ReadReply.Failed failed ->
          tryAgain(task, failed.tag(), failed.reason(), context.retry().connector());
    };
  }

  private Handoff scan(Task task, ScanRequest request, ReadReply.Content content, long start) {
    if (maxBytes > 0 && content.length() > maxBytes) {
      content.discard();
      return outcomes.tooLarge(task, request, content.length());
    }
    try (MeasuredStream bytes = new MeasuredStream(content.stream(), content.length(), maxBytes)) {
      // The connector may send its head and then hang while it reads the file.
      boolean ignored = slots.lend(task, bytes::awaitFirst);
      if (!slots.takeBack(task)) {
        return Handoff.of(task).back();
      }
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
              context.retry().scanner());
        }
        String doubt = doubt(request, judged.response(), bytes);
        if (doubt != null) {
          yield readAgain(task, request, doubt);
        }
        String sha256 = bytes.sha256Hex();
        if (!judged.response().hasHash(sha256)) {
          yield tryAgain(
              task,
              "bad_payload",
              "the scanner's hash is not that of what was sent",
              context.retry().scanner());
        }
        yield outcomes.verdict(
            task,
            request,
            judged.response().withTimes(millisSince(start), readMs, scannerMs),
            judged.engine(),
            sha256);
      }
      case ScanOutcome.Unproven doubt -> outcomes.notScanned(task, request, doubt.reason());
      case ScanOutcome.Busy busy ->
          refusals.notNow(
              task,
              busy.reason(),
              busy.retryAfter() == null ? BUSY_RETRY : busy.retryAfter(),
              reason -> outcomes.notScanned(task, request, reason));
      case ScanOutcome.Unauthorized refused ->
          refusals.notNow(
              task, refused.reason(), null, reason -> outcomes.notScanned(task, request, reason));
      case ScanOutcome.Down down -> refusals.down(task, down.reason());
      case ScanOutcome.Doubtful doubtful ->
          refusals.doubtful(
              task,
              doubtful.reason(),
              doubtful.stale(),
              () -> tryAgain(task, "dsxa_server", doubtful.reason(), context.retry().server()),
              reason -> outcomes.failed(task, "dsxa_server", reason));
      case ScanOutcome.TimedOut late ->
          tryAgain(task, "dsxa_timeout", late.reason(), context.retry().scanner());
      case ScanOutcome.Failed failed ->
          tryAgain(task, "dsxa_server", failed.reason(), context.retry().server());
      case ScanOutcome.Malformed odd ->
          tryAgain(task, "bad_payload", odd.reason(), context.retry().scanner());
      case ScanOutcome.Refused refused ->
          outcomes.failed(task, "dsxa_client_4xx", refused.reason());
    };
  }

  private Handoff sourceFailed(Task task, ScanRequest request, IOException e) {
    if (e instanceof MeasuredStream.LimitExceeded) {
      return outcomes.tooLarge(task, request, null);
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
   * Compares the size with the listing's, for an answer without Content-Length. A malicious verdict
   * stands anyway: no further bytes make the file benign.
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
    return context.retry().exhausted(task)
        ? outcomes.notScanned(task, request, reason)
        : Handoff.of(task).later(RetryPolicy.wait(context.retry().connector(), task));
  }

  private Handoff tryAgain(Task task, String tag, String reason, Duration base) {
    return context.retry().exhausted(task)
        ? outcomes.failed(task, "max_retries_exceeded", tag + ": " + reason)
        : Handoff.of(task).later(RetryPolicy.wait(base, task));
  }

  @Override
  public Handoff giveUp(Task task, String reason) {
    return outcomes.failed(task, "unknown_error", reason);
  }

  private static double millisSince(long nanos) {
    return Math.round((System.nanoTime() - nanos) / 1e3) / 1e3;
  }
}
