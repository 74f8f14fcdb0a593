package io.dsxconnect.core.api;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.record.ActionRetry;
import io.dsxconnect.core.record.ActionState;
import io.dsxconnect.core.record.ResultQuery;
import io.dsxconnect.core.record.Searches;
import io.dsxconnect.core.record.SearchesBusyException;
import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Queues failed and unconfirmed item actions again. Thread-safe. See docs/wire.md, "Item actions".
 */
@ThreadSafe
public final class ActionRetryResource implements RouteTable.Resource {
  private static final int MAX_AT_ONCE = 1000;
  private static final Duration MAX_TIME = Duration.ofSeconds(10);

  private final ActionRetry retries;
  private final Searches searches;
  private final MonotonicClock clock;

  /**
   * @param searches finds the actions
   * @param clock bounds the time of one call
   */
  public ActionRetryResource(ActionRetry retries, Searches searches, MonotonicClock clock) {
    this.retries = retries;
    this.searches = searches;
    this.clock = clock;
  }

  record Queued(String status, String taskId, String actionId) {}

  /**
   * The answer of a retry of many.
   *
   * @param refused actions that cannot be retried
   * @param reasons how many were refused, by the tag of the reason
   * @param more whether further actions may match
   */
  record ManyQueued(
      String status, long queued, long refused, Map<String, Long> reasons, boolean more) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.post(
                Routes.RESULTS + "/{task_id}/retry_action",
                Access.OPERATOR,
                "Queue the failed or unconfirmed item action of a malicious file again; its job"
                    + " runs until the outcome is known")
            .with(Param.pathText("task_id", "Id in the answer to the scan request"))
            .answers(202, "Queued, with the id of the new action", Queued.class)
            .answers(404, "result_not_found")
            .answers(409, "The reason why there is nothing to retry")
            .to(this::retry),
        Route.post(
                Routes.RESULTS + "/actions/retry",
                Access.OPERATOR,
                "Queue the failed and unconfirmed item actions of all results that match again,"
                    + " oldest first; at most 1,000 per call")
            .with(
                ResultParams.filtersAnd(
                    Param.whole(
                        "limit", 1, MAX_AT_ONCE, (long) MAX_AT_ONCE, "Maximum number of actions")))
            .answers(
                202,
                "How many were queued, and refused by reason; more is true when further ones may"
                    + " match",
                ManyQueued.class)
            .answers(503, "Too many searches")
            .to(this::retryAll));
  }

  private void retryAll(Call call) throws InvalidInput {
    call.requireDeclaredQuery();
    ResultQuery query = ResultParams.query(call);
    int limit = call.count("limit");
    List<String> failed = new ArrayList<>();
    boolean more = false;
    Set<ActionState> states =
        Arrays.stream(ActionState.values())
            .filter(state -> state.leavesFileInDoubt() && query.filter().mayMatch(state))
            .collect(Collectors.toSet());
    if (!states.isEmpty()) {
      more = found(call, query.matching(query.filter().only(states)), limit, failed);
    }
    long end = clock.nanos() + MAX_TIME.toNanos();
    long queued = 0;
    Map<String, Long> reasons = new TreeMap<>();
    for (String task : failed) {
      if (clock.nanos() - end >= 0) {
        more = true;
        break;
      }
      switch (retries.retry(task)) {
        case ActionRetry.Answer.Queued ok -> queued++;
        case ActionRetry.Answer.Refused refused ->
            reasons.merge(refused.reason().split(":", 2)[0], 1L, Long::sum);
        case ActionRetry.Answer.Unknown unknown -> reasons.merge("result_not_found", 1L, Long::sum);
      }
    }
    long refused = reasons.values().stream().mapToLong(Long::longValue).sum();
    call.answer(202, new ManyQueued("queued", queued, refused, reasons, more));
  }

  /** Adds the tasks that match; returns whether there may be more. */
  private boolean found(Call call, ResultQuery query, int limit, List<String> tasks) {
    try {
      boolean[] full = {false};
      OptionalLong cursor =
          searches.stream(
              query,
              () -> true,
              record -> {
                full[0] = tasks.size() == limit;
                if (!full[0]) {
                  tasks.add(record.scanRequestTaskId());
                }
                return !full[0];
              });
      return full[0] || cursor.isPresent();
    } catch (SearchesBusyException e) {
      throw ResultResource.busy(call, e);
    }
  }

  private void retry(Call call) {
    String task = call.text("task_id");
    switch (retries.retry(task)) {
      case ActionRetry.Answer.Queued queued ->
          call.answer(202, new Queued("queued", task, queued.actionId()));
      case ActionRetry.Answer.Refused refused -> throw Refusal.of(409, refused.reason());
      case ActionRetry.Answer.Unknown unknown -> throw Refusal.of(404, "result_not_found");
    }
  }
}
