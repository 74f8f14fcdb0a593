package io.dsxconnect.contract;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One file in a report or an export. Immutable.
 *
 * @param location null for a note, see {@link #note}, and for a request that cannot be read
 * @param sizeInBytes reported by the scanner, else by the listing; null if unknown
 * @param sha256 of the scanned bytes; null if the file was not scanned whole
 * @param verdict null if there is none
 * @param reason of the verdict, of its absence, or of a failed action; null if there is none
 * @param status the wire name of a {@link ScanResultStatus}
 * @param scanner name and version of the engine; null if unknown
 */
public record ReportRow(
    @Nullable String location,
    @Nullable Long sizeInBytes,
    @Nullable String sha256,
    @Nullable String verdict,
    @Nullable String reason,
    String status,
    @Nullable String scanner) {

  /** The first line of a CSV file, with its line break. */
  public static final String CSV_HEAD =
      "location,size_in_bytes,sha256,verdict,reason,status,scanner\r\n";

  private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_./:-]*");
  private static final Pattern FORMULA = Pattern.compile("[\\s\\p{Z}]*[=+\\-@＝＋－＠]|[\\t\\r\\n]");

  /**
   * {@return the row of a result}
   *
   * @param r the result
   */
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

  /** The reason of the verdict or of its absence, and of a failed action. */
  private static @Nullable String reason(ScanResult r) {
    ScanResponse verdict = r.verdict();
    String reason =
        r.reason() != null || verdict == null ? r.reason() : verdict.verdictDetails().reason();
    ItemActionStatus action = r.itemAction();
    return action.status() == Status.ERROR
        ? withFailure(reason, action.message(), action.description())
        : reason;
  }

  /**
   * Joins a reason and the failure of an action in one line.
   *
   * @param reason of the verdict or of its absence; null or "" for none
   * @param message why the action failed
   * @param description details of the failure; null or "" for none
   * @return for example {@code EICAR; action failed: no permission (read-only)}
   */
  public static String withFailure(
      @Nullable String reason, String message, @Nullable String description) {
    return (reason == null || reason.isEmpty() ? "" : reason + "; ")
        + "action failed: "
        + message
        + (description == null || description.isEmpty() ? "" : " (" + description + ")");
  }

  /**
   * {@return a row that is not about one file}
   *
   * @param status a word that is not a {@link ScanResultStatus}
   * @param reason one line for a person
   */
  public static ReportRow note(String status, String reason) {
    return new ReportRow(null, null, null, null, reason, status, null);
  }

  /** {@return one line of CSV (RFC 4180), with its line break} */
  public String csv() {
    return Arrays.asList(location, sizeInBytes, sha256, verdict, reason, status, scanner).stream()
        .map(ReportRow::cell)
        .collect(Collectors.joining(",", "", "\r\n"));
  }

  /**
   * Writes a cell of CSV, quoted unless it is a plain word: in some countries a semicolon separates
   * cells. A text that a spreadsheet would run as a formula, also with full-width characters or
   * after spaces, gets a leading apostrophe, which makes it text.
   *
   * @param value written with its {@code toString}; null for an empty cell
   * @return the cell, without a separator
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
