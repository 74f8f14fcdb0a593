package io.dsxconnect.app.view;

import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ReportRow;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.http.StartFailure;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * One record a file, as NDJSON or CSV by the file's extension. It is written beside its final name
 * and takes it only when complete, so a broken run leaves no half report.
 */
public final class ReportWriter implements AutoCloseable {
  private final Path file;
  private final Path part;
  private final boolean csv;
  private final BufferedWriter out;
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
    this.part = this.file.resolveSibling(file.getFileName() + ".part");
    try {
      this.out = Files.newBufferedWriter(part, StandardCharsets.UTF_8);
      if (csv) {
        out.write(ReportRow.CSV_HEAD);
      }
    } catch (IOException e) {
      throw new StartFailure("cannot write the report " + file + ": " + why(e), e);
    }
  }

  /** What keeps a file from being written, in words. */
  public static String why(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "its folder does not exist";
    }
    return e instanceof AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
  }

  public void write(ScanResult result) throws IOException {
    ReportRow row = ReportRow.of(result);
    out.write(csv ? row.csv() : Json.text(row) + "\n");
    written++;
  }

  public long written() {
    return written;
  }

  /** Gives the report its name. */
  public void complete() throws IOException {
    out.close();
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(part);
  }
}
