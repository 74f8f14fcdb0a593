package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The scanner's answer about one file; immutable. The format is in {@code docs/wire.md}, "Scanner
 * protocol". The verdict keeps the scanner's own text; {@link Outcome#of} maps it to a column of
 * the ledger, and an unknown text is never counted as benign.
 *
 * @param scanDurationInMicroseconds engine time; clamped to 0 .. 2^53, like the other measurements
 * @param dsxconnectRequestElapsedMs from taking the task to the verdict
 * @param dsxconnectReadElapsedMs from the request to the first byte of the connector's answer
 * @param dsxconnectDsxaElapsedMs from the request to the scanner to its verdict
 * @param containerFilesScanned files inside an archive
 * @param containerFilesScannedSize their size in bytes
 * @param xCustomMetadata serialized as {@code x_custom_metadata}; REST routes rename it
 */
public record ScanResponse(
    String scanGuid,
    String verdict,
    VerdictDetails verdictDetails,
    @Nullable FileInfo fileInfo,
    @Nullable Long protectedEntity,
    @Nullable Long scanDurationInMicroseconds,
    @Nullable Double dsxconnectRequestElapsedMs,
    @Nullable Double dsxconnectReadElapsedMs,
    @Nullable Double dsxconnectDsxaElapsedMs,
    @Nullable Long containerFilesScanned,
    @Nullable Long containerFilesScannedSize,
    @JsonProperty("x_custom_metadata") @Nullable String xCustomMetadata,
    @Nullable String lastUpdateTime) {

  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

  public static final String BENIGN = "Benign";
  public static final String MALICIOUS = "Malicious";
  public static final String UNKNOWN = "Unknown";
  public static final String UNSUPPORTED = "Unsupported File Type";
  public static final String NOT_SCANNED = "Not Scanned";
  public static final String SCANNING = "Scanning";
  public static final String NON_COMPLIANT = "Non Compliant";

  /**
   * An answer that holds a verdict and nothing about the file.
   *
   * @param micros of engine time; null if unknown
   */
  public static ScanResponse of(String guid, String verdict, @Nullable Long micros) {
    return new ScanResponse(
        guid,
        verdict,
        VerdictDetails.NONE,
        null,
        null,
        micros,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** The core's own answer for a file that the scanner did not judge as a whole. */
  public static ScanResponse unscanned(
      String guid, String verdict, String reason, @Nullable Long sizeInBytes) {
    return new ScanResponse(
        guid,
        verdict,
        new VerdictDetails("File not scanned", reason, null),
        new FileInfo("Unknown", sizeInBytes, "", null, null),
        null,
        0L,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /**
   * Reads both layouts: flat snake_case, and camelCase nested under {@code details}. If a field is
   * in both, the flat one counts.
   *
   * @throws InvalidInput if {@code scan_guid} or {@code verdict} is missing, or a field has the
   *     wrong type
   */
  public static ScanResponse read(JsonNode node) throws InvalidInput {
    Fields flat = Fields.ofAnswer(node);
    JsonNode details = node.path("details");
    Fields nested = details.isObject() ? Fields.ofAnswer(details) : Fields.ofAnswer(Json.object());
    Fields verdictDetails = flat.nested("verdict_details", true);
    Fields fileInfo = flat.nested("file_info", true);
    if (verdictDetails == null) {
      verdictDetails = nested.nested("verdictDetails", true);
    }
    if (fileInfo == null) {
      fileInfo = nested.nested("fileInfo", true);
    }
    ScanResponse response =
        new ScanResponse(
            flat.requiredText("scan_guid"),
            flat.requiredText("verdict"),
            VerdictDetails.read(verdictDetails),
            fileInfo == null ? null : FileInfo.read(fileInfo),
            flat.nullableCount("protected_entity", Long.MIN_VALUE),
            flat.nullableMeasure("scan_duration_in_microseconds"),
            flat.nullableNumber("dsxconnect_request_elapsed_ms"),
            flat.nullableNumber("dsxconnect_read_elapsed_ms"),
            flat.nullableNumber("dsxconnect_dsxa_elapsed_ms"),
            firstOf(
                flat.nullableMeasure("container_files_scanned"),
                nested.nullableMeasure("containerFilesScanned")),
            firstOf(
                flat.nullableMeasure("container_files_scanned_size"),
                nested.nullableMeasure("containerFilesScannedSize")),
            firstOf(
                flat.nullableText("X-Custom-Metadata"),
                firstOf(
                    flat.nullableText("x_custom_metadata"),
                    nested.nullableText("xCustomMetadata"))),
            firstOf(flat.nullableText("last_update_time"), nested.nullableText("lastUpdateTime")));
    flat.check();
    nested.check();
    return response;
  }

  public Outcome outcome() {
    return Outcome.of(verdict);
  }

  /**
   * Whether the answer's file hash is this SHA-256; also true if the answer has no SHA-256.
   *
   * @param sha256 in hex, any case
   */
  public boolean hasHash(String sha256) {
    String hash = fileInfo == null ? null : fileInfo.fileHash();
    return hash == null || !SHA256.matcher(hash).matches() || hash.equalsIgnoreCase(sha256);
  }

  /** The same answer with the core's measurements, in milliseconds. */
  public ScanResponse withTimes(double requestMs, double readMs, double scannerMs) {
    return new ScanResponse(
        scanGuid,
        verdict,
        verdictDetails,
        fileInfo,
        protectedEntity,
        scanDurationInMicroseconds,
        requestMs,
        readMs,
        scannerMs,
        containerFilesScanned,
        containerFilesScannedSize,
        xCustomMetadata,
        lastUpdateTime);
  }

  private static <T> @Nullable T firstOf(@Nullable T first, @Nullable T second) {
    return first != null ? first : second;
  }
}
