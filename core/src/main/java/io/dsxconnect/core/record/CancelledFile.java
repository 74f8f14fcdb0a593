package io.dsxconnect.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.lettuce.core.StreamMessage;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A cancelled file that waits for its record. Unreadable fields are empty: the file is already
 * counted, and must not prevent the records of others.
 *
 * @param id of the stream entry, or the packed retry itself; removes the file from its list
 * @param job id of its job
 * @param task id of its task
 * @param origin digest of its origin
 * @param body the scan request as JSON, without its origin
 */
record CancelledFile(String id, String job, String task, String origin, String body) {

  /** Reads a file that waited in a lane. */
  static CancelledFile ofEntry(StreamMessage<String, String> entry) {
    Map<String, String> f = entry.getBody();
    return new CancelledFile(
        entry.getId(),
        f.getOrDefault("j", ""),
        f.getOrDefault("t", ""),
        f.getOrDefault("o", ""),
        f.getOrDefault("b", ""));
  }

  /** Reads a file that waited for a retry, from the array that {@code handoff.lua} packs. */
  static CancelledFile ofRetry(String packed) {
    try {
      JsonNode f = Json.parseOwn(packed.getBytes(StandardCharsets.UTF_8));
      return new CancelledFile(
          packed,
          f.path(1).asText(""),
          f.path(0).asText(""),
          f.path(3).asText(""),
          f.path(4).asText(""));
    } catch (InvalidInput e) {
      return new CancelledFile(packed, "", "", "", "");
    }
  }
}
