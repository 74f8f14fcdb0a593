package io.dsxconnect.core.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResult;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a sorted search needs of a record: reading it costs a fraction of reading the whole record.
 * Immutable.
 *
 * @param job null if the file has none
 * @param location empty if the request cannot be read
 * @param size of the file in bytes: the scanner's, else the listing's; null if unknown
 * @param micros engine time of the scan in microseconds; null if unknown
 */
record RecordSketch(
    long id, @Nullable String job, String location, @Nullable Long size, @Nullable Long micros) {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // The default pool keeps buffers per thread; a virtual thread lives for one search.
          .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
          .build();

  static RecordSketch of(ScanResult result) {
    ScanRequest request = result.scanRequest();
    ScanResponse verdict = result.verdict();
    return new RecordSketch(
        result.id(),
        result.scanJobId(),
        request == null ? "" : request.location(),
        ResultSummary.size(result),
        verdict == null ? null : verdict.scanDurationInMicroseconds());
  }

  /** Reads the JSON of a stored record; empty if it is malformed, which must not hide others. */
  static Optional<RecordSketch> read(String json) {
    Draft draft = new Draft();
    try (JsonParser parser = FACTORY.createParser(json)) {
      draft.readRecord(parser);
      return Optional.of(draft.sketch());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static final class Draft {
    private long id = -1;
    private @Nullable String job;
    private String location = "";
    private @Nullable Long listed;
    private @Nullable Long seen;
    private @Nullable Long micros;

    RecordSketch sketch() {
      return new RecordSketch(id, job, location, seen == null ? listed : seen, micros);
    }

    private interface Field {
      void read(String name, JsonParser value) throws IOException;
    }

    /** Passes on the fields of the object that begins here; what they leave is skipped. */
    private static void each(JsonParser parser, Field field) throws IOException {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        parser.skipChildren();
        return;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        field.read(name, parser);
        parser.skipChildren();
      }
    }

    void readRecord(JsonParser parser) throws IOException {
      parser.nextToken();
      each(
          parser,
          (name, value) -> {
            switch (name) {
              case "id" -> id = value.getLongValue();
              case "scan_job_id" -> job = text(value);
              case "scan_request" -> each(value, this::readRequest);
              case "verdict" -> each(value, this::readVerdict);
              default -> {}
            }
          });
    }

    private void readRequest(String name, JsonParser value) throws IOException {
      switch (name) {
        case "location" -> {
          String text = text(value);
          location = text == null ? "" : text;
        }
        case "size_in_bytes" -> listed = number(value);
        default -> {}
      }
    }

    private void readVerdict(String name, JsonParser value) throws IOException {
      switch (name) {
        case "scan_duration_in_microseconds" -> micros = number(value);
        case "file_info" ->
            each(
                value,
                (field, size) -> {
                  if (field.equals("file_size_in_bytes")) {
                    seen = number(size);
                  }
                });
        default -> {}
      }
    }

    private static @Nullable String text(JsonParser value) throws IOException {
      return value.currentToken() == JsonToken.VALUE_STRING ? value.getText() : null;
    }

    private static @Nullable Long number(JsonParser value) throws IOException {
      return value.currentToken() == JsonToken.VALUE_NUMBER_INT ? value.getLongValue() : null;
    }
  }
}
