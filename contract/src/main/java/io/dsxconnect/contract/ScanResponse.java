package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The scanner's answer about one file; immutable. The format is in {@code docs/wire.md}, "Scanner
 * protocol". The verdict keeps the scanner's own text; {@link Outcome#of} maps it to a column of
 * the ledger, and an unknown text is never counted as benign. A nullable component is null if the
 * scanner did not send it.
 *
 * @param scanGuid the scanner's id of the scan; the core's own for {@link #unscanned}
 * @param verdict the scanner's text, usually one of the constants here
 * @param verdictDetails its explanation
 * @param fileInfo its description of the file
 * @param protectedEntity as the scanner sent it
 * @param scanDurationInMicroseconds engine time; clamped to 0 .. 2^53 - 1, like the other
 *     measurements
 * @param dsxconnectRequestElapsedMs milliseconds from taking the task to the verdict; null until
 *     {@link #withTimes}, like the next two
 * @param dsxconnectReadElapsedMs milliseconds from the request to the first byte of the connector's
 *     answer
 * @param dsxconnectDsxaElapsedMs milliseconds from the request to the scanner to its verdict
 * @param containerFilesScanned files inside an archive
 * @param containerFilesScannedSize their size in bytes
 * @param xCustomMetadata the scanner's echo of the request's metadata; serialized as {@code
 *     x_custom_metadata}; REST routes rename it
 * @param lastUpdateTime as the scanner sent it; not parsed
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

  /** Verdict: no threat in the whole file. */
  public static final String BENIGN = "Benign";

  /** Verdict: a threat. */
  public static final String MALICIOUS = "Malicious";

  /** Verdict: the scanner cannot judge the file. */
  public static final String UNKNOWN = "Unknown";

  /** Verdict: the scanner does not support the type of the file. */
  public static final String UNSUPPORTED = "Unsupported File Type";

  /** Verdict: the scanner did not scan the file; with "initializing" in the reason, it is busy. */
  public static final String NOT_SCANNED = "Not Scanned";

  /**
   * Verdict: the scan is not finished; it counts as {@link #NOT_SCANNED}, because nothing polls for
   * it.
   */
  public static final String SCANNING = "Scanning";

  /** Verdict: the file exceeds a limit, for example the maximum size. */
  public static final String NON_COMPLIANT = "Non Compliant";

  /**
   * Makes an answer that holds a verdict and nothing about the file.
   *
   * @param guid the id of the scan
   * @param verdict one of the constants here
   * @param micros engine time in microseconds; null if unknown
   * @return the answer
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

  /**
   * Makes the core's own answer for a file that the scanner did not judge as a whole.
   *
   * @param guid the scanner's id of the scan, or the core's own
   * @param verdict {@link #NOT_SCANNED} or {@link #NON_COMPLIANT}
   * @param reason why there is no verdict on the whole file
   * @param sizeInBytes size of the file; null if unknown
   * @return the answer
   */
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
   * in both, the flat one counts. Texts that are too long are truncated.
   *
   * @param node the body of the answer
   * @return the answer
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

  /** {@return the ledger column of the verdict} */
  public Outcome outcome() {
    return Outcome.of(verdict);
  }

  /**
   * {@return whether the answer's file hash is this SHA-256; also true if the answer has no
   * SHA-256}
   *
   * @param sha256 in hex, any case
   */
  public boolean hasHash(String sha256) {
    String hash = fileInfo == null ? null : fileInfo.fileHash();
    return hash == null || !SHA256.matcher(hash).matches() || hash.equalsIgnoreCase(sha256);
  }

  /**
   * {@return the same answer with the core's measurements}
   *
   * @param requestMs milliseconds from taking the task to the verdict
   * @param readMs milliseconds from the request to the first byte of the connector's answer
   * @param scannerMs milliseconds from the request to the scanner to its verdict
   */
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
