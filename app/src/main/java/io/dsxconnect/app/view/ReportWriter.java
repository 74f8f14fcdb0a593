package io.dsxconnect.app.view;

import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ReportRow;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Writes a report: one record per file, then rows without a location for the files and folders left
 * out. The extension of the report's name chooses NDJSON or CSV. The report appears under its name
 * only when it is complete. Not thread-safe.
 */
public final class ReportWriter implements AutoCloseable {
  private final Path file;
  private final PartFile part;
  private final boolean csv;
  private long written;

  /**
   * @throws StartFailure when the extension is neither .ndjson nor .csv, or no file can be created
   *     in the folder
   */
  public ReportWriter(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    this.csv = name.endsWith(".csv");
    if (!csv && !name.endsWith(".ndjson")) {
      throw new StartFailure("--report must end in .ndjson or .csv");
    }
    this.file = file.toAbsolutePath();
    this.part = new PartFile(file);
    if (csv) {
      part.append(ReportRow.CSV_HEAD);
    }
  }

  /**
   * Appends the record of one file.
   *
   * @throws StartFailure in one line, for example when the disk is full
   */
  public void write(ScanResult result) {
    append(ReportRow.of(result));
    written++;
  }

  /** Appends the files and folders that were not offered for scanning. */
  public void write(ListingNotes notes) {
    notes.rows().forEach(this::append);
  }

  private void append(ReportRow row) {
    part.append(csv ? row.csv() : Json.text(row) + "\n");
  }

  /** Number of files written. */
  public long written() {
    return written;
  }

  /** The report and its temporary file. */
  public List<Path> files() {
    return List.of(file, part.part());
  }

  /** Gives the complete report its name. */
  public void complete() {
    part.complete();
  }

  @Override
  public void close() throws IOException {
    part.close();
  }
}
