package io.dsxconnect.e2e;

import com.fasterxml.jackson.databind.JsonNode;

/** The record of one file, as the API returns it; "" and -1 for missing fields. */
record Result(
    long id,
    String task,
    String location,
    String verdict,
    String status,
    String reason,
    String sha256,
    long size,
    String action) {

  static Result of(JsonNode node) {
    JsonNode verdict = node.path("verdict");
    return new Result(
        node.path("id").asLong(-1),
        node.path("scan_request_task_id").asText(""),
        node.path("scan_request").path("location").asText(""),
        text(verdict.path("verdict")),
        node.path("status").asText(""),
        text(node.path("reason")),
        text(node.path("sha256")),
        verdict.path("file_info").path("file_size_in_bytes").asLong(-1),
        node.path("item_action").path("status").asText(""));
  }

  /** Empty for null: {@code asText} would return the text "null". */
  private static String text(JsonNode node) {
    return node.isTextual() ? node.textValue() : "";
  }
}
