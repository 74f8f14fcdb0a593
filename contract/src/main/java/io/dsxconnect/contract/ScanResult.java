package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The record of one file; immutable. Make one with {@link #of} and the methods that begin with
 * {@code with}. The components up to {@code status} are the original's, the others are not.
 *
 * @param id position in the order of recording, from 1; -1 until it is recorded
 * @param scanRequestTaskId the id that the API returned for the request
 * @param scanJobId the job; null if the file has none
 * @param metadataTag the original's; always null here
 * @param scanRequest null if the request cannot be read
 * @param verdict null if {@code status} is {@code failed} or {@code cancelled}
 * @param itemAction the outcome of the item action; {@link ItemActionStatus#NONE} if there was none
 * @param status how far the file came
 * @param reason why there is no verdict, or why the verdict is not the scanner's; null otherwise
 * @param sha256 hash in hex of the bytes sent to the scanner; null unless the whole file was sent
 * @param scanner name and version of the engine; null if unknown
 * @param recordedAt ISO-8601, UTC; null until it is recorded
 * @param earlierActionFailures why the item action failed before it was tried again, the oldest
 *     attempt first, at most 5 texts of 500 characters; null and absent from the JSON if it was not
 *     tried again
 * @param actionAt when the outcome of the item action was recorded, ISO-8601, UTC; null and absent
 *     from the JSON if there is none
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
    @Nullable String recordedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> earlierActionFailures,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String actionAt) {
  private static final int MAX_FAILURES = 5;
  private static final int MAX_FAILURE_CHARS = 500;

  /**
   * Makes an unrecorded result without verdict, request or action.
   *
   * @param task the id that the API returned for the request
   * @param status how far the file came
   * @return the result
   */
  public static ScanResult of(String task, ScanResultStatus status) {
    return new Draft(task, status).result();
  }

  /**
   * Reads a stored record.
   *
   * @param node a JSON object
   * @return the record
   * @throws InvalidInput if the JSON is not a record
   */
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
            f.nullableText("recorded_at"),
            f.has("earlier_action_failures")
                ? List.copyOf(f.texts("earlier_action_failures", MAX_FAILURES))
                : null,
            f.nullableText("action_at"));
    f.check();
    return result;
  }

  /**
   * {@return this result as part of a job}
   *
   * @param job null for none
   */
  public ScanResult withJob(@Nullable String job) {
    Draft draft = new Draft(this);
    draft.scanJobId = job;
    return draft.result();
  }

  /**
   * {@return this result with the request that it answers}
   *
   * @param request null if it cannot be read
   */
  public ScanResult withRequest(@Nullable ScanRequest request) {
    Draft draft = new Draft(this);
    draft.scanRequest = request;
    return draft.result();
  }

  /**
   * {@return this result with a verdict; its status stays}
   *
   * @param response null for none
   */
  public ScanResult withVerdict(@Nullable ScanResponse response) {
    Draft draft = new Draft(this);
    draft.verdict = response;
    return draft.result();
  }

  /**
   * {@return this result with the outcome of an action and the status that follows from it}
   *
   * @param action {@link Status#NOTHING} gives {@link ScanResultStatus#SCANNED}
   */
  public ScanResult withAction(ItemActionStatus action) {
    Draft draft = new Draft(this);
    draft.itemAction = action;
    draft.status =
        switch (action.status()) {
          case SUCCESS -> ScanResultStatus.ACTION_SUCCEEDED;
          case ERROR -> ScanResultStatus.ACTION_FAILED;
          case NOTHING -> ScanResultStatus.SCANNED;
        };
    return draft.result();
  }

  /**
   * {@return this result before another attempt at its item action: without its outcome, whose text
   * is kept among the earlier failures}
   */
  public ScanResult beforeRetry() {
    Draft draft = new Draft(withAction(ItemActionStatus.NONE));
    draft.actionAt = null;
    List<String> failures =
        new ArrayList<>(earlierActionFailures == null ? List.of() : earlierActionFailures);
    String description = itemAction.description();
    String text = itemAction.message() + (description == null ? "" : " (" + description + ")");
    failures.add(text.substring(0, Math.min(text.length(), MAX_FAILURE_CHARS)));
    draft.earlierActionFailures =
        List.copyOf(failures.subList(Math.max(0, failures.size() - MAX_FAILURES), failures.size()));
    return draft.result();
  }

  /**
   * {@return this result with a reason}
   *
   * @param text why there is no verdict, or why the verdict is not the scanner's; null for none
   */
  public ScanResult withReason(@Nullable String text) {
    Draft draft = new Draft(this);
    draft.reason = text;
    return draft.result();
  }

  /**
   * {@return this result with the engine that judged}
   *
   * @param engine name and version; null if unknown
   * @param hash of the bytes sent, in hex; null unless the whole file was sent
   */
  public ScanResult withScanner(@Nullable String engine, @Nullable String hash) {
    Draft draft = new Draft(this);
    draft.scanner = engine;
    draft.sha256 = hash;
    return draft.result();
  }

  /**
   * {@return this result with the time of its recording, and not numbered yet}
   *
   * @param time ISO-8601, UTC; null for none
   */
  public ScanResult recordedAt(@Nullable String time) {
    Draft draft = new Draft(this);
    draft.id = -1;
    draft.recordedAt = time;
    return draft.result();
  }

  /**
   * {@return this result with the time when the outcome of its action was recorded}
   *
   * @param time ISO-8601, UTC
   */
  public ScanResult actedAt(String time) {
    Draft draft = new Draft(this);
    draft.actionAt = time;
    return draft.result();
  }

  /** {@return the ledger column of this record} */
  public Outcome outcome() {
    return switch (status) {
      case FAILED -> Outcome.FAILED;
      case CANCELLED -> Outcome.CANCELLED;
      case NOT_SCANNED, SCANNED, ACTION_FAILED, ACTION_SUCCEEDED ->
          verdict == null ? Outcome.NOT_SCANNED : verdict.outcome();
    };
  }

  /** The components, so that each change above names only what it changes. */
  private static final class Draft {
    private final String task;
    private final @Nullable String metadataTag;
    private long id;
    private @Nullable String scanJobId;
    private @Nullable ScanRequest scanRequest;
    private @Nullable ScanResponse verdict;
    private ItemActionStatus itemAction;
    private ScanResultStatus status;
    private @Nullable String reason;
    private @Nullable String sha256;
    private @Nullable String scanner;
    private @Nullable String recordedAt;
    private @Nullable List<String> earlierActionFailures;
    private @Nullable String actionAt;

    Draft(String task, ScanResultStatus status) {
      this.id = -1;
      this.task = task;
      this.metadataTag = null;
      this.itemAction = ItemActionStatus.NONE;
      this.status = status;
    }

    Draft(ScanResult result) {
      id = result.id;
      task = result.scanRequestTaskId;
      scanJobId = result.scanJobId;
      metadataTag = result.metadataTag;
      scanRequest = result.scanRequest;
      verdict = result.verdict;
      itemAction = result.itemAction;
      status = result.status;
      reason = result.reason;
      sha256 = result.sha256;
      scanner = result.scanner;
      recordedAt = result.recordedAt;
      earlierActionFailures = result.earlierActionFailures;
      actionAt = result.actionAt;
    }

    ScanResult result() {
      return new ScanResult(
          id,
          task,
          scanJobId,
          metadataTag,
          scanRequest,
          verdict,
          itemAction,
          status,
          reason,
          sha256,
          scanner,
          recordedAt,
          earlierActionFailures,
          actionAt);
    }
  }
}
