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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes records as REST shows them, while they are found. Thread-safe. */
final class ResultWriter {
  /** Header of a list whose search ended before its end: the cursor with which it goes on. */
  static final String CURSOR = "X-Search-Cursor";

  private static final int MAX_HELD_BYTES = 1 << 20;
  private static final int PART_BYTES = 16 * 1024;

  private ResultWriter() {}

  /** A search that passes records on until the taker returns false. */
  interface Source {
    /**
     * Searches.
     *
     * @param mayEnd whether the search may end before its end, because the client does not have any
     *     of the answer yet
     * @return the cursor with which a search goes on that ended before its end; else empty
     */
    OptionalLong each(BooleanSupplier mayEnd, Predicate<ScanResult> taker);

    /** A search that always comes to its end. */
    static Source whole(Consumer<Predicate<ScanResult>> search) {
      return (mayEnd, taker) -> {
        search.accept(taker);
        return OptionalLong.empty();
      };
    }
  }

  /** What is written for one record; false to end. */
  interface Writing {
    boolean write(OutputStream out, ScanResult record) throws IOException;
  }

  /**
   * Writes a JSON list of at most {@code limit} records, after leaving out {@code offset}. Of a
   * search that ended before its end it has what was found, and the header {@link #CURSOR}.
   */
  static void list(Call call, Source source, long offset, long limit) throws IOException {
    long[] seen = {0};
    Answer answer = new Answer(call, "application/json", "[", MAX_HELD_BYTES);
    answer.of(
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
        },
        "]");
  }

  /** Writes one JSON object per line. */
  static void lines(Call call, Source source) throws IOException {
    new Answer(call, "application/x-ndjson", "", PART_BYTES)
        .of(
            source,
            (out, record) -> {
              out.write(Json.bytes(view(record)));
              out.write('\n');
              return true;
            },
            "");
  }

  /**
   * Writes CSV with the columns of a report.
   *
   * @param more further columns at the end, for exports of more than one job
   */
  static void csv(Call call, Source source, boolean more) throws IOException {
    String head = ReportRow.CSV_HEAD;
    new Answer(
            call, "text/csv; charset=utf-8", more ? extended(head, MORE_COLUMNS) : head, PART_BYTES)
        .of(
            source,
            (out, record) -> {
              String line = ReportRow.of(record).csv();
              String whole = more ? extended(line, moreCells(record)) : line;
              out.write(whole.getBytes(StandardCharsets.UTF_8));
              return true;
            },
            "");
  }

  private static final String MORE_COLUMNS =
      "id,recorded_at,outcome,action_state,job_id,task_id,connector_uuid,connector_name";

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

  /**
   * A streamed answer. Holds back its first part, so that a search that is refused or ends early is
   * answered accordingly; an answer that has begun and cannot be completed ends its connection.
   */
  private static final class Answer {
    private final Call call;
    private final String contentType;
    private final int hold;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private @Nullable OutputStream out;

    /**
     * @param hold how many bytes are held back; few show soon that a client is gone
     */
    Answer(Call call, String contentType, String head, int hold) {
      this.call = call;
      this.hold = hold;
      this.contentType = contentType;
      held.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    }

    void of(Source source, Writing writing, String tail) throws IOException {
      OptionalLong cursor;
      try {
        cursor = source.each(() -> out == null, record -> written(writing, record));
      } catch (RuntimeException e) {
        throw out == null || e instanceof UncheckedIOException
            ? e
            : call.broken("a list of records cannot be completed: " + e.getMessage(), e);
      }
      cursor.ifPresent(id -> call.setHeader(CURSOR, Long.toString(id)));
      held.writeBytes(tail.getBytes(StandardCharsets.UTF_8));
      send();
      if (out != null) {
        out.close();
      }
    }

    /** The search cannot pass on an {@link IOException}. */
    private boolean written(Writing writing, ScanResult record) {
      try {
        boolean more = writing.write(held, record);
        if (held.size() >= (out == null ? hold : PART_BYTES)) {
          send();
        }
        return more;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void send() throws IOException {
      if (out == null) {
        out = call.stream(contentType);
      }
      held.writeTo(out);
      held.reset();
    }
  }

  /**
   * The record as REST shows it, see {@link ShownResult}: the scanner's echo is named {@code
   * X-Custom-Metadata}.
   */
  static ObjectNode view(ScanResult result) {
    ObjectNode node = (ObjectNode) Json.tree(ShownResult.of(result));
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
