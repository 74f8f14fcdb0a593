package io.dsxconnect.core.stage;

import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.core.connector.ConnectorAddresses;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.queue.CircuitBreakers;
import io.dsxconnect.core.queue.DeadLetter;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.Origins;
import io.dsxconnect.core.queue.RetryPolicy;
import io.dsxconnect.core.queue.Task;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The collaborators of a stage that calls connectors, and what such stages do alike. Thread-safe.
 *
 * @param breakers of this stage
 */
public record StageContext(
    ConnectorClient connectors,
    ConnectorAddresses addresses,
    Origins origins,
    RetryPolicy retry,
    CircuitBreakers breakers) {

  /**
   * Opens the connector's breaker and returns the task to its lane; uses up no attempt. The
   * connector may register again elsewhere, so the probe asks the address that the next call would
   * use.
   *
   * @param url that was called
   */
  public Handoff connectorDown(Task task, ScanRequest request, String url, String reason) {
    breakers.open(
        task.connector(),
        reason,
        null,
        () -> connectors.answers(Objects.requireNonNullElse(addresses.of(request), url)));
    return Handoff.of(task).back();
  }

  /**
   * Gives the task up: a dead letter with all that is known of it.
   *
   * @param tag from the contract's taxonomy, for example {@code max_retries_exceeded}
   * @param request null if the task is not readable
   * @param verdict null if there is none
   */
  public Handoff deadLetter(
      Task task,
      String tag,
      String reason,
      @Nullable ScanRequest request,
      @Nullable ScanResponse verdict) {
    return Handoff.of(task)
        .dead(DeadLetter.of(task, origins.of(task), tag, reason, request, verdict).json());
  }
}
