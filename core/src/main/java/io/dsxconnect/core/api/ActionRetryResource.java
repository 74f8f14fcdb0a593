package io.dsxconnect.core.api;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.record.ActionRetry;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.util.List;

/** Queues failed item actions again. Thread-safe. See docs/wire.md, "Item actions". */
@ThreadSafe
public final class ActionRetryResource implements RouteTable.Resource {
  private final ActionRetry retries;

  public ActionRetryResource(ActionRetry retries) {
    this.retries = retries;
  }

  record Queued(String status, String taskId, String actionId) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.post(
                Routes.RESULTS + "/{task_id}/retry_action",
                Access.OPERATOR,
                "Queue the failed item action of a malicious file again; its job runs until the"
                    + " outcome is known")
            .with(Param.pathText("task_id", "Id in the answer to the scan request"))
            .answers(202, "Queued, with the id of the new action", Queued.class)
            .answers(404, "result_not_found")
            .answers(409, "The reason why there is nothing to retry")
            .to(this::retry));
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
