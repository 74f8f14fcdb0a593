package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ReportRow;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.record.ActionState;
import io.dsxconnect.routes.Call;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes records as REST shows them, while they are found. Thread-safe. */
final class ResultWriter {
  private ResultWriter() {}

  /** A search that passes records on until the taker returns false. */
  interface Source {
    void each(Predicate<ScanResult> taker);
  }

  /** What is written for one record; false to end. */
  interface Writing {
    boolean write(OutputStream out, ScanResult record) throws IOException;
  }

  /**
   * Writes a JSON list of at most {@code limit} records, after leaving out {@code offset}. Starts
   * the answer at the first record, so that a search that is refused can be answered otherwise.
   */
  static void list(Call call, Source source, long offset, long limit) throws IOException {
    long[] seen = {0};
    try (Answer answer = new Answer(call, "application/json", "[")) {
      answer.each(
          source,
          (out, record) -> {
            long at = seen[0]++ - offset;
            if (at > 0) {
              out.write(',');
            }
            if (at >= 0) {
              out.write(Json.bytes(view(record)));
            }
            return at + 1 < limit;
          });
      answer.out().write(']');
    }
  }

  /** Writes one JSON object per line. */
  static void lines(Call call, Source source) throws IOException {
    try (Answer answer = new Answer(call, "application/x-ndjson", "")) {
      answer.each(
          source,
          (out, record) -> {
            out.write(Json.bytes(view(record)));
            out.write('\n');
            return true;
          });
    }
  }

  /**
   * Writes CSV with the columns of a report.
   *
   * @param more further columns at the end, for exports of more than one job
   */
  static void csv(Call call, Source source, boolean more) throws IOException {
    String head = ReportRow.CSV_HEAD;
    try (Answer answer =
        new Answer(call, "text/csv; charset=utf-8", more ? extended(head, MORE_COLUMNS) : head)) {
      answer.each(
          source,
          (out, record) -> {
            String line = ReportRow.of(record).csv();
            out.write(
                (more ? extended(line, moreCells(record)) : line).getBytes(StandardCharsets.UTF_8));
            return true;
          });
    }
  }

  private static final String MORE_COLUMNS =
      "id,recorded_at,outcome,action,job_id,task_id,connector_uuid,connector_name";

  private static String moreCells(ScanResult record) {
    ScanRequest request = record.scanRequest();
    ConnectorInstance connector = request == null ? null : request.connector();
    return Stream.of(
            ReportRow.cell(record.id()),
            ReportRow.cell(record.recordedAt()),
            ReportRow.cell(record.outcome().column()),
            ReportRow.cell(ActionState.of(record).wire()),
            ReportRow.cell(record.scanJobId()),
            ReportRow.cell(record.scanRequestTaskId()),
            ReportRow.cell(connector == null ? null : connector.uuid()),
            ReportRow.cell(connector == null ? null : connector.name()))
        .collect(Collectors.joining(","));
  }

  private static String extended(String line, String more) {
    return line.stripTrailing() + "," + more + "\r\n";
  }

  /** A streamed answer that begins with its first byte of content. */
  private static final class Answer implements AutoCloseable {
    private final Call call;
    private final String contentType;
    private final byte[] head;
    private @Nullable OutputStream out;

    Answer(Call call, String contentType, String head) {
      this.call = call;
      this.contentType = contentType;
      this.head = head.getBytes(StandardCharsets.UTF_8);
    }

    OutputStream out() throws IOException {
      OutputStream begun = out;
      if (begun == null) {
        begun = call.stream(contentType);
        out = begun;
        begun.write(head);
      }
      return begun;
    }

    /** Rethrows a failed write, which the search cannot pass on. */
    void each(Source source, Writing writing) throws IOException {
      AtomicReference<IOException> failed = new AtomicReference<>();
      source.each(
          record -> {
            try {
              return writing.write(out(), record);
            } catch (IOException e) {
              failed.set(e);
              return false;
            }
          });
      if (failed.get() != null) {
        throw failed.get();
      }
      out();
    }

    /** Ends the answer if it began; a search that was refused is answered by its caller. */
    @Override
    public void close() throws IOException {
      if (out != null) {
        out.close();
      }
    }
  }

  /** The record as REST shows it: the scanner's echo is named {@code X-Custom-Metadata}. */
  static ObjectNode view(ScanResult result) {
    ObjectNode node = (ObjectNode) Json.tree(result);
    if (node.get("verdict") instanceof ObjectNode verdict) {
      Map<String, JsonNode> renamed = new LinkedHashMap<>();
      verdict
          .properties()
          .forEach(
              e ->
                  renamed.put(
                      e.getKey().equals("x_custom_metadata") ? "X-Custom-Metadata" : e.getKey(),
                      e.getValue()));
      verdict.removeAll();
      verdict.setAll(renamed);
    }
    return node;
  }
}
