package io.dsxconnect.core.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A task that the pipeline gave up, stored whole with its reason. The format is in {@code
 * docs/wire.md}, "Dead letters"; {@code meta} holds what {@code revive.lua} needs to replay it.
 */
public record DeadLetter(ObjectNode item) {

  /**
   * @param origin of the task, so that it can be replayed after its job's origins are deleted
   * @param reason from the contract's taxonomy, for example {@code max_retries_exceeded}
   * @param details for the operator; printable, no secrets
   * @param request null if the task cannot be read
   * @param verdict of the file; null if there is none
   */
  public static DeadLetter of(
      Task task,
      Origin origin,
      String reason,
      String details,
      @Nullable ScanRequest request,
      @Nullable ScanResponse verdict) {
    ObjectNode payload = Json.object();
    if (request != null) {
      payload.set("scan_request", Json.tree(origin.restore(request)));
    }
    if (verdict != null) {
      payload.set("verdict", Json.tree(verdict));
    }
    ObjectNode item = Json.object();
    item.put("queue", task.stage().deadLetters());
    item.put("reason", reason);
    item.put("error_details", details);
    item.put("retry_count", task.tries());
    item.put("idempotency_key", sha256(Json.text(payload)));
    payload.put("body", task.body());
    item.set("payload", payload);
    item.putObject("meta")
        .put("job", task.job())
        .put("origin", task.origin())
        .put("connector", origin.json())
        .put("lane", task.lane());
    item.putObject("chain")
        .put("scan_request_task_id", task.id())
        .put("current_task_id", task.id())
        .putNull("upstream_task_id");
    return new DeadLetter(item);
  }

  /** Records the column that the file is counted in, so that a replay can take it back. */
  public DeadLetter countedAs(Outcome outcome) {
    ((ObjectNode) item.path("meta")).put("column", outcome.column());
    return this;
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  public String json() {
    return Json.text(item);
  }
}
