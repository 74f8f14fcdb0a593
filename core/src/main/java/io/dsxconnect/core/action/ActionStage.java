package io.dsxconnect.core.action;

import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.Status;
import io.dsxconnect.core.connector.ActionReply;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.Origin;
import io.dsxconnect.core.queue.RetryPolicy;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.StageHandler;
import io.dsxconnect.core.queue.Task;
import io.dsxconnect.core.record.ActionRetry;
import io.dsxconnect.core.result.ResultMessage;
import io.dsxconnect.core.stage.StageContext;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has the connector act on a malicious file, and passes the outcome to the result stage, which
 * records the verdict separately. The task's id is the action's id, so that a repeat has no second
 * effect; an action that an operator queued again brings its own. Thread-safe.
 */
public final class ActionStage implements StageHandler {
  private final StageContext context;
  private final Supplier<String> ids;

  /**
   * @param ids makes ids of tasks
   */
  public ActionStage(StageContext context, Supplier<String> ids) {
    this.context = context;
    this.ids = ids;
  }

  @Override
  public Handoff handle(Task task) {
    ScanResult message = ResultMessage.decode(task.body()).result();
    ScanRequest asked = Objects.requireNonNull(message.scanRequest());
    ScanResult verdict = isRetry(task, asked) ? withoutId(message, asked) : message;
    ScanRequest request =
        context
            .origins()
            .of(task)
            .restore(asked)
            .withAction(isRetry(task, asked) ? asked.actionId() : task.id(), verdict.sha256());
    String url = context.addresses().of(request);
    if (url == null) {
      return outcome(task, verdict, error("no connector can act on this file"));
    }
    return switch (context.connectors().act(url, request)) {
      case ActionReply.Answered answered -> answered(task, request, verdict, answered);
      case ActionReply.Down down -> context.connectorDown(task, request, url, down.reason());
      case ActionReply.Failed failed ->
          tryAgain(task, verdict, failed.tag() + ": " + failed.reason(), error(failed.reason()));
    };
  }

  /** Whether an operator queued the action again. A retry has its own action id. */
  private static boolean isRetry(Task task, ScanRequest request) {
    return ActionRetry.isRetry(request.actionId(), task.id());
  }

  private static ScanResult withoutId(ScanResult message, ScanRequest request) {
    return message.withRequest(request.withAction(null, null));
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
    return outcome(task, verdict, confirmed(task, isRetry(task, request), answered));
  }

  /**
   * Retries while there are attempts left, then gives up.
   *
   * @param otherwise the outcome of an action that is given up
   */
  private Handoff tryAgain(
      Task task, ScanResult verdict, String reason, ItemActionStatus otherwise) {
    RetryPolicy retry = context.retry();
    return retry.exhausted(task)
        ? outcome(deadLetter(task, "max_retries_exceeded", reason, verdict), verdict, otherwise)
        : Handoff.of(task).later(RetryPolicy.wait(retry.connector(), task));
  }

  /**
   * The current content was never scanned, so scan again. Only once, or a file that keeps changing
   * would loop forever.
   */
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

  /**
   * What the answer means for this file. On a repeat, the first attempt may have removed a file
   * that is missing. An operator who asks for the action again expects one, so that a retry without
   * an action is a failure.
   */
  private static ItemActionStatus confirmed(
      Task task, boolean retry, ActionReply.Answered answered) {
    ItemActionStatus answer = answered.status();
    String earlier = answer.earlierAction();
    if (earlier != null) {
      boolean own = earlier.equals(task.id()) || ActionRetry.isRetry(earlier, task.id());
      return own ? answer.succeeded() : answer;
    }
    if (retry && answer.status() == Status.NOTHING && !answer.hasUnconfirmedOutcome()) {
      return ItemActionStatus.of(
          Status.ERROR,
          "the connector took no action; see which item action it is configured to take",
          answer.message(),
          answer.itemAction());
    }
    boolean repeat = retry || answered.repeated() || task.tries() > 0 || task.suspect();
    return repeat && answer.status() == Status.ERROR && isGone(answer)
        ? ItemActionStatus.unconfirmed(answer.message(), answer.itemAction())
        : answer;
  }

  /**
   * Whether the file does not exist. Connectors of the original say so in words only; other words
   * may be about something else, for example the folder that the file was to be moved to.
   */
  private static boolean isGone(ItemActionStatus answer) {
    Boolean gone = answer.fileGone();
    if (gone != null) {
      return gone;
    }
    return saysGone(answer.message()) || saysGone(answer.description());
  }

  private static boolean saysGone(@Nullable String text) {
    return text != null && text.strip().toLowerCase(Locale.ROOT).startsWith("file does not exist");
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
      ScanRequest asked = verdict.scanRequest();
      if (asked != null && isRetry(task, asked)) {
        verdict = withoutId(verdict, asked);
      }
    } catch (IllegalStateException e) {
      // Nothing in the task names a file: it is kept whole, and the job does not wait for it.
      return context.deadLetter(task, "validation_error", reason, null, null).actionLost();
    }
    return outcome(deadLetter(task, "unknown_error", reason, verdict), verdict, error(reason));
  }

  private Handoff deadLetter(Task task, String tag, String reason, ScanResult verdict) {
    return context.deadLetter(task, tag, reason, verdict.scanRequest(), verdict.verdict());
  }
}
