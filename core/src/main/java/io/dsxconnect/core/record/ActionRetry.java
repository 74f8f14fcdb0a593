package io.dsxconnect.core.record;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.queue.Origin;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Queues an item action that failed, or whose outcome is unconfirmed, once more. The task keeps its
 * id, by which its outcome finds the record; the action gets a new one, because a connector answers
 * a repeat of an action with its first outcome. Blocks for Redis. Thread-safe, also across
 * processes.
 */
@ThreadSafe
public final class ActionRetry {
  private static final String MARK = "-retry-";

  /** How often a record that changes meanwhile is read again. */
  private static final int MAX_READS = 5;

  private final Redis redis;
  private final Predicate<String> registered;
  private final Supplier<String> ids;

  /**
   * @param registered whether a connector with this uuid is registered; may block
   * @param ids makes unique ids of at most 64 characters
   */
  public ActionRetry(Redis redis, Predicate<String> registered, Supplier<String> ids) {
    this.redis = redis;
    this.registered = registered;
    this.ids = ids;
  }

  /** The result of {@link #retry}. */
  public sealed interface Answer {
    /**
     * The action waits to be carried out.
     *
     * @param actionId of the new attempt
     */
    record Queued(String actionId) implements Answer {}

    /**
     * There is nothing to retry.
     *
     * @param reason a tag, a colon and one sentence
     */
    record Refused(String reason) implements Answer {}

    /** There is no record of such a task. */
    record Unknown() implements Answer {}
  }

  /** Whether an action's id was made by a retry of this task. No client can know such an id. */
  public static boolean isRetry(@Nullable String actionId, String task) {
    return actionId != null && actionId.startsWith(task + MARK);
  }

  /**
   * Queues the action of a task again if its record says that it failed or is unconfirmed.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer
   * @throws IllegalStateException when the record is malformed
   */
  public Answer retry(String task) {
    for (int i = 0; i < MAX_READS; i++) {
      String number = redis.call(c -> c.get(redis.keys().of(Key.RESULT_OF, task)));
      String json =
          number == null ? null : redis.call(c -> c.get(redis.keys().of(Key.RESULT, number)));
      if (json == null) {
        return new Answer.Unknown();
      }
      ScanResult result = RecordReader.parse(json);
      ScanRequest request = result.scanRequest();
      String job = result.scanJobId();
      String obstacle = obstacle(result);
      if (obstacle != null || request == null || job == null) {
        return new Answer.Refused(
            obstacle == null ? "request_lost: the record does not name the file" : obstacle);
      }
      String id = task + MARK + ids.get();
      String answer = queue(task, json, result, request.withAction(id, null), job);
      switch (answer) {
        case "ok" -> {
          return new Answer.Queued(id);
        }
        case "job_gone" -> {
          return new Answer.Refused(
              "job_gone: the job of this file is not kept any more; scan the file again");
        }
        case "changed" -> {}
        default -> throw new IllegalStateException("unexpected answer: " + answer);
      }
    }
    return new Answer.Refused("action_in_work: the record changes all the time");
  }

  private @Nullable String obstacle(ScanResult result) {
    if (result.outcome() != Outcome.MALICIOUS) {
      return "not_malicious: only malicious files have an item action";
    }
    return switch (ActionState.of(result)) {
      case SUCCEEDED -> "action_succeeded: the item action succeeded";
      case PENDING -> "action_in_work: the outcome of the item action is not known yet";
      case NONE -> "no_action_failed: the connector took no item action";
      case FAILED, UNCONFIRMED ->
          isReachable(result.scanRequest())
              ? null
              : "connector_gone: the connector of this file is not registered";
    };
  }

  /** A connector without a uuid cannot register; it is called at the request's URL. */
  private boolean isReachable(@Nullable ScanRequest request) {
    if (request == null) {
      return true;
    }
    String uuid = request.connector() == null ? null : request.connector().uuid();
    return uuid == null ? request.readerUrl() != null : registered.test(uuid);
  }

  /** Returns what the script says. */
  private String queue(
      String task, String before, ScanResult result, ScanRequest request, String job) {
    ScanResult pending = result.beforeRetry();
    Origin origin = Origin.of(request);
    // A message of the result stage, which a store does not know: V, then the verdict.
    String body = "V" + Json.text(pending.withRequest(Origin.strip(request)));
    return redis.runText(
        Script.RETRY,
        task,
        before,
        Json.text(pending),
        job,
        origin.connectorKey(),
        origin.digest(),
        origin.json(),
        body);
  }
}
