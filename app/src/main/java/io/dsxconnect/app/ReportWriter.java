package io.dsxconnect.app;

import io.dsxconnect.contract.FileInfo;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.http.StartFailure;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One record a file, as NDJSON or CSV by the file's extension. It is written beside its final name
 * and takes it only when complete, so a broken run leaves no half report.
 */
final class ReportWriter implements AutoCloseable {
  private final Path file;
  private final Path part;
  private final boolean csv;
  private final BufferedWriter out;
  private long written;

  /**
   * @throws StartFailure when the extension is neither, or the folder cannot be written
   */
  ReportWriter(Path file) {
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
        out.write("location,size_in_bytes,sha256,verdict,reason,status,scanner\r\n");
      }
    } catch (IOException e) {
      throw new StartFailure("cannot write the report " + file + ": " + e.getMessage(), e);
    }
  }

  void write(ScanResult result) throws IOException {
    Map<String, Object> row = row(result);
    if (csv) {
      out.write(
          row.values().stream().map(ReportWriter::cell).collect(Collectors.joining(",")) + "\r\n");
    } else {
      out.write(Json.text(row));
      out.write('\n');
    }
    written++;
  }

  long written() {
    return written;
  }

  private static Map<String, Object> row(ScanResult r) {
    ScanResponse verdict = r.verdict();
    FileInfo info = verdict == null ? null : verdict.fileInfo();
    Long size = info == null ? null : info.fileSizeInBytes();
    if (size == null && r.scanRequest() != null) {
      size = r.scanRequest().sizeInBytes();
    }
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("location", r.scanRequest() == null ? null : r.scanRequest().location());
    row.put("size_in_bytes", size);
    row.put("sha256", r.sha256());
    row.put("verdict", verdict == null ? null : verdict.verdict());
    row.put(
        "reason",
        r.reason() != null || verdict == null ? r.reason() : verdict.verdictDetails().reason());
    row.put("status", r.status().wire());
    row.put("scanner", r.scanner());
    return row;
  }

  /** RFC 4180; what a spreadsheet would take for a formula is made text. */
  static String cell(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    String text = String.valueOf(value);
    if (!text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0) {
      text = "'" + text;
    }
    return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  /** Gives the report its name. */
  void complete() throws IOException {
    out.close();
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(part);
  }
}
