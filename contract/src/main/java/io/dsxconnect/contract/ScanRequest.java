package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One file to scan. {@code connector} and {@code connector_url} are left out of the JSON when
 * absent, because the original's connectors refuse an explicit null.
 *
 * @param location what the connector needs to find the file again
 * @param metainfo for people; usually the file's name
 * @param sizeInBytes a hint from the listing, never trusted
 * @param scanSource what caused the scan; {@link #AGAIN} when its last verdict came too late
 * @param actionId ours: names the one action that may follow, so that a repeat has no second effect
 * @param contentSha256 ours: the hash of what was scanned, so that a changed file is not acted on
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

  /** A scan that the core asked for itself, because the file was changed after it was judged. */
  public static final String AGAIN = "scan_again";

  /**
   * Bytes of a path of 4,096 whose every one is escaped as {@code %XX} or stands as a surrogate.
   */
  private static final int LOCATION = 16 * 1024;

  private static final int METAINFO = 4 * 1024;
  private static final int ID = 128;
  private static final int JOB = 1024;
  private static final int ACTION = 16 * 1024;
  private static final int ACTION_DEPTH = 8;

  /** All of it as JSON, in which a character may take six bytes. */
  private static final int WHOLE = 64 * 1024;

  public static ScanRequest read(Fields f) {
    Fields connector = f.nested("connector", false);
    Fields action = f.nested("requested_action", true);
    if (action != null) {
      action.requireWithin(ACTION, ACTION_DEPTH);
    }
    ScanRequest read =
        new ScanRequest(
            connector == null ? null : ConnectorInstance.read(connector),
            f.requiredText("location", LOCATION),
            f.requiredText("metainfo", METAINFO),
            f.textNotNull("connector_url", ConnectorInstance.URL),
            action == null ? null : RequestedAction.read(action),
            f.nullableCount("size_in_bytes", 0),
            f.nullableText("scan_job_id", JOB),
            f.nullableText("job_item_id", ID),
            f.nullableText("scan_source", ID),
            f.nullableText("action_id", ID),
            f.nullableSha256("content_sha256"));
    f.requireWithin(WHOLE, read);
    return read;
  }

  /** Parses one that was accepted and stored. */
  public static ScanRequest parse(String json) throws InvalidInput {
    Fields fields = Fields.ofOwn(Json.parseOwn(json.getBytes(StandardCharsets.UTF_8)));
    ScanRequest request = read(fields);
    fields.check();
    return request;
  }

  /** The URL that reads this file: the connector's own, else {@code connector_url}, else null. */
  public @Nullable String readerUrl() {
    if (connector != null && !connector.url().isBlank()) {
      return connector.url();
    }
    return connectorUrl == null || connectorUrl.isBlank() ? null : connectorUrl;
  }

  public ScanRequest withJob(String jobId) {
    return new ScanRequest(
        connector,
        location,
        metainfo,
        connectorUrl,
        requestedAction,
        sizeInBytes,
        jobId,
        jobItemId,
        scanSource,
        actionId,
        contentSha256);
  }

  public ScanRequest withConnector(@Nullable ConnectorInstance instance, @Nullable String url) {
    return new ScanRequest(
        instance,
        location,
        metainfo,
        url,
        requestedAction,
        sizeInBytes,
        scanJobId,
        jobItemId,
        scanSource,
        actionId,
        contentSha256);
  }

  /** The same file, whatever is in it now. */
  public ScanRequest again() {
    return new ScanRequest(
        connector,
        location,
        metainfo,
        connectorUrl,
        requestedAction,
        null,
        scanJobId,
        jobItemId,
        AGAIN,
        null,
        null);
  }

  public ScanRequest withAction(String id, @Nullable String sha256) {
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
        id,
        sha256);
  }
}
