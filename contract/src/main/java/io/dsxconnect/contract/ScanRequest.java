package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The request to scan one file; immutable. Make one with {@link #of} and the methods that begin
 * with {@code with}. The JSON omits {@code connector} and {@code connector_url} if they are absent,
 * because the original's connectors reject an explicit null.
 *
 * @param connector the connector that reads the file; null: {@code connectorUrl} alone names it
 * @param location how the connector finds the file, for example a path
 * @param metainfo a description for people, usually the file's name
 * @param connectorUrl where the connector serves, its name included; null: that of the connector
 * @param requestedAction overrides the connector's own item action; null: does not
 * @param sizeInBytes size from the listing, a hint that is never trusted; null if unknown
 * @param scanJobId the job; null until the core assigns one
 * @param jobItemId passed through from the caller; null for none
 * @param scanSource what caused the scan; {@link #AGAIN} if the file changed after its verdict;
 *     null if unknown
 * @param actionId not in the original: identifies the action, so that a repeat has no second
 *     effect; null before an action
 * @param contentSha256 not in the original: hash of the scanned content in hex, so that a changed
 *     file is not acted on; null before an action
 */
public record ScanRequest(
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ConnectorInstance connector,
    String location,
    String metainfo,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String connectorUrl,
    @Nullable RequestedAction requestedAction,
    @Nullable Long sizeInBytes,
    @Nullable String scanJobId,
    @Nullable String jobItemId,
    @Nullable String scanSource,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String actionId,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String contentSha256) {

  /**
   * The {@code scanSource} of a scan that the core starts, because a file changed after its
   * verdict.
   */
  public static final String AGAIN = "scan_again";

  /** A path of 4,096 bytes, each of them escaped as {@code %XX} or written as a surrogate. */
  private static final int MAX_LOCATION_CHARS = 16 * 1024;

  private static final int MAX_METAINFO_CHARS = 4 * 1024;
  private static final int MAX_ID_CHARS = 128;
  private static final int MAX_JOB_CHARS = 1024;
  private static final int MAX_ACTION_BYTES = 16 * 1024;
  private static final int MAX_ACTION_DEPTH = 8;

  /** The whole request as JSON, in which a character may take six bytes. */
  private static final int MAX_BYTES = 64 * 1024;

  /**
   * Makes a request with a location and a description, and nothing else.
   *
   * @param location how the connector finds the file
   * @param metainfo a description for people, usually the file's name
   * @return the request
   */
  public static ScanRequest of(String location, String metainfo) {
    return new ScanRequest(
        null, location, metainfo, null, null, null, null, null, null, null, null);
  }

  /**
   * Reads a request from a caller.
   *
   * @param f the fields of the request; collects the faults, also if they exceed 64 KiB as JSON
   * @return the request, with a placeholder for each invalid field
   */
  public static ScanRequest read(Fields f) {
    Fields connector = f.nested("connector", false);
    Fields action = f.nested("requested_action", true);
    if (action != null) {
      action.requireWithin(MAX_ACTION_BYTES, MAX_ACTION_DEPTH);
    }
    ScanRequest read =
        new ScanRequest(
            connector == null ? null : ConnectorInstance.read(connector),
            f.requiredText("location", MAX_LOCATION_CHARS),
            f.requiredText("metainfo", MAX_METAINFO_CHARS),
            f.textNotNull("connector_url", ConnectorInstance.MAX_URL_CHARS),
            action == null ? null : RequestedAction.read(action),
            f.nullableCount("size_in_bytes", 0),
            f.nullableText("scan_job_id", MAX_JOB_CHARS),
            f.nullableText("job_item_id", MAX_ID_CHARS),
            f.nullableText("scan_source", MAX_ID_CHARS),
            f.nullableText("action_id", MAX_ID_CHARS),
            f.nullableSha256("content_sha256"));
    f.requireWithin(MAX_BYTES, read);
    return read;
  }

  /**
   * Parses a stored request.
   *
   * @param json as {@link Json#text} wrote it
   * @return the request
   * @throws InvalidInput if the text is not a valid request
   */
  public static ScanRequest parse(String json) throws InvalidInput {
    Fields fields = Fields.ofOwn(Json.parseOwn(json.getBytes(StandardCharsets.UTF_8)));
    ScanRequest request = read(fields);
    fields.check();
    return request;
  }

  /** {@return the URL of the connector that reads the file; null if the request names none} */
  public @Nullable String readerUrl() {
    if (connector != null && !connector.url().isBlank()) {
      return connector.url();
    }
    return connectorUrl == null || connectorUrl.isBlank() ? null : connectorUrl;
  }

  /**
   * {@return this request as part of a job}
   *
   * @param jobId null for none
   */
  public ScanRequest withJob(@Nullable String jobId) {
    Draft draft = new Draft(this);
    draft.scanJobId = jobId;
    return draft.request();
  }

  /**
   * {@return this request for another connector}
   *
   * @param instance the connector; null if {@code url} alone names it
   * @param url where the connector serves, its name included; null: that of {@code instance}
   */
  public ScanRequest withConnector(@Nullable ConnectorInstance instance, @Nullable String url) {
    Draft draft = new Draft(this);
    draft.connector = instance;
    draft.connectorUrl = url;
    return draft.request();
  }

  /**
   * {@return this request with the size from the listing}
   *
   * @param bytes null if the listing has none
   */
  public ScanRequest withSize(@Nullable Long bytes) {
    Draft draft = new Draft(this);
    draft.sizeInBytes = bytes;
    return draft.request();
  }

  /**
   * {@return this request as the connector receives it for an item action}
   *
   * @param id identifies the action, so that a repeat has no second effect; null for none
   * @param sha256 hash of the scanned content in hex; null if unknown
   */
  public ScanRequest withAction(@Nullable String id, @Nullable String sha256) {
    Draft draft = new Draft(this);
    draft.actionId = id;
    draft.contentSha256 = sha256;
    return draft.request();
  }

  /**
   * {@return a request for the same file with its present content, whatever its size and hash are
   * now}
   */
  public ScanRequest again() {
    Draft draft = new Draft(this);
    draft.sizeInBytes = null;
    draft.scanSource = AGAIN;
    draft.actionId = null;
    draft.contentSha256 = null;
    return draft.request();
  }

  /** The components, so that each change above names only what it changes. */
  private static final class Draft {
    private final String location;
    private final String metainfo;
    private final @Nullable RequestedAction requestedAction;
    private final @Nullable String jobItemId;
    private @Nullable ConnectorInstance connector;
    private @Nullable String connectorUrl;
    private @Nullable Long sizeInBytes;
    private @Nullable String scanJobId;
    private @Nullable String scanSource;
    private @Nullable String actionId;
    private @Nullable String contentSha256;

    Draft(ScanRequest request) {
      location = request.location;
      metainfo = request.metainfo;
      requestedAction = request.requestedAction;
      jobItemId = request.jobItemId;
      connector = request.connector;
      connectorUrl = request.connectorUrl;
      sizeInBytes = request.sizeInBytes;
      scanJobId = request.scanJobId;
      scanSource = request.scanSource;
      actionId = request.actionId;
      contentSha256 = request.contentSha256;
    }

    ScanRequest request() {
      return new ScanRequest(
          connector,
          location,
          metainfo,
          connectorUrl,
          requestedAction,
          sizeInBytes,
          scanJobId,
          jobItemId,
          scanSource,
          actionId,
          contentSha256);
    }
  }
}
