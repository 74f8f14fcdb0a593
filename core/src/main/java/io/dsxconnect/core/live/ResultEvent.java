package io.dsxconnect.core.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanResultStatus;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a pulse needs of one event about a file or a job. Immutable.
 *
 * @param record number of the file's record; null for an event without a record
 * @param outcome the file's outcome; null when an earlier event counted the file, or there is none
 * @param finding the malicious file; null for other files
 * @param job the state of the job; null when the event has none
 */
record ResultEvent(
    @Nullable Long record,
    @Nullable Outcome outcome,
    @Nullable Finding finding,
    @Nullable ObjectNode job) {
  /**
   * Reads an event. Fields that are missing or of another type are null.
   *
   * @param json the event as it was published; with access to Redis, anything can be published
   * @throws InvalidInput if it is not JSON
   */
  static ResultEvent read(String json) throws InvalidInput {
    JsonNode event = Json.parseOwn(json.getBytes(StandardCharsets.UTF_8));
    ObjectNode job = event.path("job") instanceof ObjectNode object ? object : null;
    JsonNode result = event.path("scan_result");
    if (!result.path("scan_request_task_id").isTextual()) {
      return new ResultEvent(null, null, null, job);
    }
    Outcome outcome = outcome(result);
    return new ResultEvent(
        result.path("id").canConvertToLong() ? result.path("id").asLong() : null,
        isAmended(result) ? null : outcome,
        outcome == Outcome.MALICIOUS ? Finding.of(result, isAmended(result)) : null,
        job);
  }

  /**
   * Whether the event is about the outcome of an action. Workers of earlier versions do not mark
   * it, and then the status shows it, except for an action without effect.
   */
  private static boolean isAmended(JsonNode result) {
    return result.path("amended").booleanValue()
        || hasStatus(result, ScanResultStatus.ACTION_SUCCEEDED)
        || hasStatus(result, ScanResultStatus.ACTION_FAILED);
  }

  static boolean hasStatus(JsonNode result, ScanResultStatus status) {
    return result.path("status").asText().equals(status.wire());
  }

  /** As {@link io.dsxconnect.contract.ScanResult#outcome}, without reading the whole record. */
  private static Outcome outcome(JsonNode result) {
    if (hasStatus(result, ScanResultStatus.FAILED)) {
      return Outcome.FAILED;
    }
    if (hasStatus(result, ScanResultStatus.CANCELLED)) {
      return Outcome.CANCELLED;
    }
    JsonNode verdict = result.path("verdict").path("verdict");
    return verdict.isTextual() ? Outcome.of(verdict.asText()) : Outcome.NOT_SCANNED;
  }
}
