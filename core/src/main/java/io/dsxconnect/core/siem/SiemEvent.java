package io.dsxconnect.core.siem;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanResult;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Formats a record as a SIEM event, see docs/wire.md, "SIEM events": the original's five keys
 * first, then ours. Keys may be added, none may be removed. A file whose action ended has a second
 * event with the same {@code event_id}.
 */
public final class SiemEvent {
  /** The original's format: UTC without a zone. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** With its header an event of this size fits into a datagram. */
  private static final int MAX_EVENT_BYTES = 60_000;

  private static final int MAX_TEXT_CHARS = 4_096;

  private SiemEvent() {}

  /**
   * The event as one line of ASCII JSON, spaced as the original's, because SIEM rules may search
   * its text.
   *
   * @param now time of the event
   */
  public static String json(ScanResult result, Instant now) {
    ObjectNode event = Json.object();
    event.put("timestamp", TIME.format(now));
    event.put("source", "dsx-connect");
    ObjectNode record = (ObjectNode) Json.tree(result);
    for (String key : new String[] {"scan_request", "verdict", "item_action"}) {
      event.set(key, record.get(key));
    }
    event.put("event_id", result.scanRequestTaskId());
    for (String key :
        new String[] {
          "scan_request_task_id",
          "scan_job_id",
          "status",
          "reason",
          "sha256",
          "scanner",
          "recorded_at",
          "action_at"
        }) {
      event.set(key, record.get(key));
    }
    return shortened(event);
  }

  /**
   * Shortens an event to a size that every receiver accepts whole: a truncated event is not JSON
   * and may lack its verdict. Removes the connector object first, then shortens the longest texts;
   * verdict and ids stay.
   */
  private static String shortened(ObjectNode event) {
    String json = Json.spaced(event);
    if (json.length() > MAX_EVENT_BYTES
        && event.path("scan_request") instanceof ObjectNode request) {
      request.remove("connector");
      json = Json.spaced(event);
    }
    for (int limit = MAX_TEXT_CHARS; json.length() > MAX_EVENT_BYTES && limit >= 64; limit /= 4) {
      shorten(event, limit);
      event.put("shortened", true);
      json = Json.spaced(event);
    }
    return json;
  }

  private static void shorten(ObjectNode node, int limit) {
    node.properties()
        .forEach(
            field -> {
              if (field.getValue() instanceof ObjectNode inner) {
                shorten(inner, limit);
              } else if (field.getValue().isTextual()
                  && field.getValue().textValue().length() > limit) {
                field.setValue(
                    TextNode.valueOf(field.getValue().textValue().substring(0, limit) + "..."));
              }
            });
  }
}
