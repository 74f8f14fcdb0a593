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
 * A verdict as SIEM rules know it (pipeline contract, section 5): the original's five keys first,
 * then ours. Keys may be added, none may go. A file whose action ended has a second event with the
 * same {@code event_id}.
 */
public final class SiemEvent {
  /** The original's: UTC without a zone. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Of an event in bytes: with its header it fits into a datagram. */
  private static final int LONGEST = 60_000;

  private static final int LONGEST_TEXT = 4_096;

  private SiemEvent() {}

  /** One line of ASCII, spaced as the original's, whose text rules may search for. */
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
          "scan_request_task_id", "scan_job_id", "status", "reason", "sha256", "scanner"
        }) {
      event.set(key, record.get(key));
    }
    return shortened(event);
  }

  /**
   * An event that every receiver takes whole: one that is cut is no JSON, and its verdict may be
   * what was cut off. So the longest texts are shortened, and the connector's words of itself go
   * first; what was decided, and for which task, stays.
   */
  private static String shortened(ObjectNode event) {
    String json = Json.spaced(event);
    if (json.length() > LONGEST && event.path("scan_request") instanceof ObjectNode request) {
      request.remove("connector");
      json = Json.spaced(event);
    }
    for (int most = LONGEST_TEXT; json.length() > LONGEST && most >= 64; most /= 4) {
      shorten(event, most);
      event.put("shortened", true);
      json = Json.spaced(event);
    }
    return json;
  }

  private static void shorten(ObjectNode node, int most) {
    node.properties()
        .forEach(
            field -> {
              if (field.getValue() instanceof ObjectNode inner) {
                shorten(inner, most);
              } else if (field.getValue().isTextual()
                  && field.getValue().textValue().length() > most) {
                field.setValue(
                    TextNode.valueOf(field.getValue().textValue().substring(0, most) + "..."));
              }
            });
  }
}
