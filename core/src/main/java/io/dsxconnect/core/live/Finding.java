package io.dsxconnect.core.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.ScanResultStatus;
import org.jspecify.annotations.Nullable;

/**
 * A malicious file in a pulse. All texts come from files, connectors and scanners; they have at
 * most 1,024 characters. Immutable.
 *
 * @param id number of its record
 * @param task its task
 * @param location where the connector found it; a longer one ends with an ellipsis
 * @param connectorName the connector's name for people; null when unknown
 * @param threat the scanner's name of the threat; null when it sent none
 * @param size in bytes; null when unknown
 * @param actionStatus {@code pending} until the action has ended, then {@code succeeded}, {@code
 *     failed}, {@code unconfirmed} or {@code none}
 */
record Finding(
    @Nullable Long id,
    String task,
    @Nullable String location,
    @Nullable String connectorName,
    @Nullable String threat,
    @Nullable Long size,
    String actionStatus) {
  private static final int MAX_TEXT_CHARS = 1024;

  /**
   * @param result the record of a malicious file
   * @param amended whether its action has ended
   */
  static Finding of(JsonNode result, boolean amended) {
    JsonNode request = result.path("scan_request");
    JsonNode connector = request.path("connector");
    JsonNode verdict = result.path("verdict");
    String displayName = text(connector.path("display_name"));
    Long seen = count(verdict.path("file_info").path("file_size_in_bytes"));
    return new Finding(
        count(result.path("id")),
        shortened(result.path("scan_request_task_id").asText()),
        text(request.path("location")),
        displayName == null || displayName.isBlank() ? text(connector.path("name")) : displayName,
        text(verdict.path("verdict_details").path("threat_type")),
        seen == null ? count(request.path("size_in_bytes")) : seen,
        actionStatus(result, amended));
  }

  private static String actionStatus(JsonNode result, boolean amended) {
    if (ResultEvent.hasStatus(result, ScanResultStatus.ACTION_SUCCEEDED)) {
      return "succeeded";
    }
    if (ResultEvent.hasStatus(result, ScanResultStatus.ACTION_FAILED)) {
      return "failed";
    }
    if (!amended) {
      return "pending";
    }
    return isUnconfirmed(result.path("item_action")) ? "unconfirmed" : "none";
  }

  private static boolean isUnconfirmed(JsonNode action) {
    try {
      return ItemActionStatus.read(action).hasUnconfirmedOutcome();
    } catch (InvalidInput e) {
      // With access to Redis, anything can be published.
      return false;
    }
  }

  private static @Nullable Long count(JsonNode number) {
    return number.canConvertToLong() ? number.asLong() : null;
  }

  private static @Nullable String text(JsonNode node) {
    return node.isTextual() ? shortened(node.asText()) : null;
  }

  private static String shortened(String text) {
    if (text.length() <= MAX_TEXT_CHARS) {
      return text;
    }
    boolean splits = Character.isHighSurrogate(text.charAt(MAX_TEXT_CHARS - 2));
    return text.substring(0, MAX_TEXT_CHARS - (splits ? 2 : 1)) + "…";
  }
}
