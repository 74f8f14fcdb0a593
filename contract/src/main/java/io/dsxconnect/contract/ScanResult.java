package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * The record of one file. The fields up to {@code status} are the original's; the others are ours.
 *
 * @param id position in the order of recording, -1 before it is recorded
 * @param scanRequestTaskId what the API answered when it took the request
 * @param verdict null when there is none: then {@code status} is {@code failed} or {@code
 *     cancelled}
 * @param reason why there is no verdict, or why the verdict is not a scan's; null otherwise
 * @param sha256 of the bytes that were sent to the scanner, when all were
 * @param scanner name and version of the engine that judged
 * @param recordedAt ISO-8601, UTC
 */
public record ScanResult(
    long id,
    String scanRequestTaskId,
    @Nullable String scanJobId,
    @Nullable String metadataTag,
    @Nullable ScanRequest scanRequest,
    @Nullable ScanResponse verdict,
    ItemActionStatus itemAction,
    ScanResultStatus status,
    @Nullable String reason,
    @Nullable String sha256,
    @Nullable String scanner,
    @Nullable String recordedAt) {

  public static ScanResult read(JsonNode node) throws InvalidInput {
    Fields f = Fields.ofOwn(node);
    Fields request = f.nested("scan_request", true);
    JsonNode verdict = node.path("verdict");
    JsonNode action = node.path("item_action");
    Long id = f.nullableCount("id", -1);
    ScanResult result =
        new ScanResult(
            id == null ? -1 : id,
            f.requiredText("scan_request_task_id"),
            f.nullableText("scan_job_id"),
            f.nullableText("metadata_tag"),
            request == null ? null : ScanRequest.read(request),
            verdict.isObject() ? ScanResponse.read(verdict) : null,
            action.isObject() ? ItemActionStatus.read(action) : ItemActionStatus.NONE,
            f.oneOf("status", ScanResultStatus.class, ScanResultStatus.NOT_SCANNED),
            f.nullableText("reason"),
            f.nullableText("sha256"),
            f.nullableText("scanner"),
            f.nullableText("recorded_at"));
    f.check();
    return result;
  }

  /** The ledger column of this record. */
  public Outcome outcome() {
    return switch (status) {
      case FAILED -> Outcome.FAILED;
      case CANCELLED -> Outcome.CANCELLED;
      case NOT_SCANNED, SCANNED, ACTION_FAILED, ACTION_SUCCEEDED ->
          verdict == null ? Outcome.NOT_SCANNED : verdict.outcome();
    };
  }
}
