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
 * One record per file, as NDJSON or CSV by the extension of the report's name, and at the end rows
 * without a location that say what was left out.
 */
public final class ReportWriter implements AutoCloseable {
  private final Path file;
  private final PartFile part;
  private final boolean csv;
  private long written;

  /**
   * @throws StartFailure when the extension is neither, or the folder cannot be written
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
   * @throws StartFailure in one line, for example when the disk is full
   */
  public void write(ScanResult result) {
    append(ReportRow.of(result));
    written++;
  }

  /** Ends the report with what was not offered for scanning. */
  public void write(ListingNotes notes) {
    notes.rows().forEach(this::append);
  }

  private void append(ReportRow row) {
    part.append(csv ? row.csv() : Json.text(row) + "\n");
  }

  /** Records of files. */
  public long written() {
    return written;
  }

  /** The report and the file it is written to meanwhile. */
  public List<Path> files() {
    return List.of(file, part.part());
  }

  /** Gives the report its name. */
  public void complete() {
    part.complete();
  }

  @Override
  public void close() throws IOException {
    part.close();
  }
}
