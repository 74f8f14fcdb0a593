package io.dsxconnect.core.siem;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
    return Json.spaced(event);
  }
}
