package io.dsxconnect.contract;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One file in a report or an export.
 *
 * @param sizeInBytes as the scanner saw it, else as the listing said
 * @param sha256 of what was scanned; null when it was not scanned whole
 * @param verdict null when there is none
 * @param status {@link ScanResultStatus} on the wire
 * @param scanner name and version of the engine that judged
 */
public record ReportRow(
    @Nullable String location,
    @Nullable Long sizeInBytes,
    @Nullable String sha256,
    @Nullable String verdict,
    @Nullable String reason,
    String status,
    @Nullable String scanner) {

  /** The first line of a CSV file, its end included. */
  public static final String CSV_HEAD =
      "location,size_in_bytes,sha256,verdict,reason,status,scanner\r\n";

  private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_./:-]*");
  private static final Pattern FORMULA = Pattern.compile("[\\s\\p{Z}]*[=+\\-@＝＋－＠]|[\\t\\r\\n]");

  public static ReportRow of(ScanResult r) {
    ScanResponse verdict = r.verdict();
    FileInfo info = verdict == null ? null : verdict.fileInfo();
    Long seen = info == null ? null : info.fileSizeInBytes();
    ScanRequest request = r.scanRequest();
    return new ReportRow(
        request == null ? null : request.location(),
        seen != null || request == null ? seen : request.sizeInBytes(),
        r.sha256(),
        verdict == null ? null : verdict.verdict(),
        reason(r),
        r.status().wire(),
        r.scanner());
  }

  /** Why the verdict is what it is, and why an action failed. */
  private static @Nullable String reason(ScanResult r) {
    ScanResponse verdict = r.verdict();
    String reason =
        r.reason() != null || verdict == null ? r.reason() : verdict.verdictDetails().reason();
    ItemActionStatus action = r.itemAction();
    return action.status() == Status.ERROR
        ? withFailure(reason, action.message(), action.description())
        : reason;
  }

  /** A reason, if there is one, and why an action failed, in one line. */
  public static String withFailure(
      @Nullable String reason, String message, @Nullable String description) {
    return (reason == null || reason.isEmpty() ? "" : reason + "; ")
        + "action failed: "
        + message
        + (description == null || description.isEmpty() ? "" : " (" + description + ")");
  }

  /** A row about no single file; {@code status} is none of {@link ScanResultStatus}. */
  public static ReportRow note(String status, String reason) {
    return new ReportRow(null, null, null, null, reason, status, null);
  }

  /** One line of CSV (RFC 4180), its end included. */
  public String csv() {
    return Arrays.asList(location, sizeInBytes, sha256, verdict, reason, status, scanner).stream()
        .map(ReportRow::cell)
        .collect(Collectors.joining(",", "", "\r\n"));
  }

  /**
   * A cell, in quotes unless it is a plain word: in some countries a semicolon separates cells, and
   * an unquoted one would begin a new cell. What a spreadsheet would take for a formula, also in
   * its full-width forms or behind blanks, is made text by an apostrophe.
   */
  public static String cell(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    String text = Surrogates.shown(String.valueOf(value));
    if (FORMULA.matcher(text).lookingAt()) {
      text = "'" + text;
    }
    return PLAIN.matcher(text).matches() ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
