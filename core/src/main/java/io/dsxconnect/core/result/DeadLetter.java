package io.dsxconnect.core.result;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.queue.Task;
import org.jspecify.annotations.Nullable;

/** A task that could not be worked on, whole, with its reason; shaped as the original's. */
public record DeadLetter(ObjectNode item) {

  /**
   * @param reason from the contract's taxonomy, for example {@code max_retries_exceeded}
   * @param details for the operator; printable, no secrets
   */
  public static DeadLetter of(
      Task task, String reason, String details, @Nullable ScanRequest request) {
    ObjectNode item = Json.object();
    item.put("queue", task.stage().deadLetters());
    item.put("reason", reason);
    item.put("error_details", details);
    item.put("retry_count", task.tries());
    ObjectNode payload = item.putObject("payload");
    if (request != null) {
      payload.set("scan_request", Json.tree(request));
    }
    payload.put("body", task.body());
    item.putObject("meta")
        .put("job", task.job())
        .put("origin", task.origin())
        .put("lane", task.lane());
    item.putObject("chain")
        .put("scan_request_task_id", task.id())
        .put("current_task_id", task.id())
        .putNull("upstream_task_id");
    return new DeadLetter(item);
  }

  public String json() {
    return Json.text(item);
  }
}
