package io.dsxconnect.core.action;

import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.Status;
import io.dsxconnect.core.connector.ActionReply;
import io.dsxconnect.core.connector.ConnectorAddresses;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.queue.CircuitBreakers;
import io.dsxconnect.core.queue.DeadLetter;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.Origin;
import io.dsxconnect.core.queue.Origins;
import io.dsxconnect.core.queue.RetryPolicy;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.StageHandler;
import io.dsxconnect.core.queue.Task;
import io.dsxconnect.core.result.ResultMessage;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Has the connector act on a malicious file. The verdict is on its way to the record; what comes of
 * the action is its own truth. The task's id is the action's id, so that a repeat has no second
 * effect.
 */
public final class ActionStage implements StageHandler {
  private final ConnectorClient connectors;
  private final ConnectorAddresses addresses;
  private final Origins origins;
  private final RetryPolicy retry;
  private final CircuitBreakers gates;
  private final Supplier<String> ids;

  /**
   * @param ids name tasks
   */
  public ActionStage(
      ConnectorClient connectors,
      ConnectorAddresses addresses,
      Origins origins,
      RetryPolicy retry,
      CircuitBreakers gates,
      Supplier<String> ids) {
    this.connectors = connectors;
    this.addresses = addresses;
    this.origins = origins;
    this.retry = retry;
    this.gates = gates;
    this.ids = ids;
  }

  @Override
  public Handoff handle(Task task) {
    ScanResult verdict = ResultMessage.decode(task.body()).result();
    ScanRequest request =
        origins
            .of(task)
            .restore(Objects.requireNonNull(verdict.scanRequest()))
            .withAction(task.id(), verdict.sha256());
    String url = addresses.of(request);
    if (url == null) {
      return outcome(task, verdict, error("no connector can act on this file"));
    }
    return switch (connectors.act(url, request)) {
      case ActionReply.Answered answered -> answered(task, request, verdict, answered);
      case ActionReply.Down down -> {
        // It may come back elsewhere: asked is whoever would be called next.
        gates.close(
            task.connector(),
            down.reason(),
            null,
            () -> connectors.answers(Objects.requireNonNullElse(addresses.of(request), url)));
        yield Handoff.of(task).back();
      }
      case ActionReply.Failed failed ->
          tryAgain(task, verdict, failed.tag() + ": " + failed.reason(), error(failed.reason()));
    };
  }

  private Handoff answered(
      Task task, ScanRequest request, ScanResult verdict, ActionReply.Answered answered) {
    ItemActionStatus status = answered.status();
    if (Boolean.TRUE.equals(status.fileChanged())) {
      return changed(task, request, verdict, status);
    }
    if (status.status() == Status.ERROR && Boolean.TRUE.equals(status.retryable())) {
      return tryAgain(task, verdict, "connector: " + status.message(), status);
    }
    return outcome(task, verdict, confirmed(task, answered));
  }

  /** Later, while there are tries left; then a dead letter, and the outcome is this. */
  private Handoff tryAgain(
      Task task, ScanResult verdict, String reason, ItemActionStatus otherwise) {
    if (!retry.exhausted(task)) {
      return Handoff.of(task).later(RetryPolicy.wait(retry.connector(), task));
    }
    return outcome(
        Handoff.of(task)
            .dead(
                DeadLetter.of(
                        task,
                        origins.of(task),
                        "max_retries_exceeded",
                        reason,
                        verdict.scanRequest(),
                        verdict.verdict())
                    .json()),
        verdict,
        otherwise);
  }

  /** What is in the file now, nobody has judged. Once: a file that keeps changing has no end. */
  private Handoff changed(
      Task task, ScanRequest request, ScanResult verdict, ItemActionStatus status) {
    if (ScanRequest.AGAIN.equals(request.scanSource())) {
      return outcome(task, verdict, status);
    }
    String again = ids.get();
    return outcome(
        Handoff.of(task).scanAgain(again, Json.text(Origin.strip(request.again()))),
        verdict,
        status.describedAs("scanned again as task " + again));
  }

  /** On a repeat, a file that is gone may well have been removed by the first try. */
  private static ItemActionStatus confirmed(Task task, ActionReply.Answered answered) {
    ItemActionStatus answer = answered.status();
    boolean repeat = answered.repeated() || task.tries() > 0 || task.suspect();
    String text = (answer.message() + " " + answer.description()).toLowerCase(Locale.ROOT);
    boolean gone = text.contains("does not exist") || text.contains("not found");
    return repeat && answer.status() == Status.ERROR && gone
        ? ItemActionStatus.of(
            Status.NOTHING, "outcome unconfirmed", answer.message(), answer.itemAction())
        : answer;
  }

  private static ItemActionStatus error(String message) {
    return ItemActionStatus.of(Status.ERROR, message, null, ItemAction.NOT_IMPLEMENTED);
  }

  private static Handoff outcome(Task task, ScanResult verdict, ItemActionStatus action) {
    return outcome(Handoff.of(task), verdict, action);
  }

  private static Handoff outcome(Handoff handoff, ScanResult r, ItemActionStatus action) {
    ScanRequest request = r.scanRequest();
    ScanResult result =
        r.withRequest(request == null ? null : Origin.strip(request))
            .withAction(action)
            .recordedAt(null);
    return handoff.put(Stage.RESULT, new ResultMessage(ResultMessage.Kind.ACTION, result).encode());
  }

  @Override
  public Handoff giveUp(Task task, String reason) {
    ScanResult verdict;
    try {
      verdict = ResultMessage.decode(task.body()).result();
    } catch (IllegalStateException e) {
      // Nothing in it says what to act on: kept whole, and the job does not wait for it.
      return Handoff.of(task)
          .dead(
              DeadLetter.of(task, origins.of(task), "validation_error", reason, null, null).json())
          .actionDropped();
    }
    return outcome(
        Handoff.of(task)
            .dead(
                DeadLetter.of(
                        task,
                        origins.of(task),
                        "unknown_error",
                        reason,
                        verdict.scanRequest(),
                        verdict.verdict())
                    .json()),
        verdict,
        error(reason));
  }
}
