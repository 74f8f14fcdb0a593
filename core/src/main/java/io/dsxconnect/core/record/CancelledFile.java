package io.dsxconnect.core.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.lettuce.core.StreamMessage;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A cancelled file that waits for its record. What is not readable has empty parts: it is counted,
 * and must not keep the others from their records.
 *
 * @param id by which it is taken off
 * @param origin digest of its connector
 * @param body the scan request
 */
record CancelledFile(String id, String job, String task, String origin, String body) {

  static CancelledFile ofEntry(StreamMessage<String, String> entry) {
    Map<String, String> f = entry.getBody();
    return new CancelledFile(
        entry.getId(),
        f.getOrDefault("j", ""),
        f.getOrDefault("t", ""),
        f.getOrDefault("o", ""),
        f.getOrDefault("b", ""));
  }

  /** Of the array that {@code handoff.lua} packs for a file that is tried again. */
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
