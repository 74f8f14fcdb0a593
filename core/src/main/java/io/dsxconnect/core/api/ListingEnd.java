package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.core.job.Jobs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a connector's report at the end of a listing. The original's has a total at most. */
final class ListingEnd {
  /** The kinds of files that a listing leaves out on purpose. */
  private static final List<String> KINDS = List.of("links", "special", "filtered", "own");

  private static final int MAX_SAMPLES = 100;
  private static final int MAX_SAMPLE_CHARS = 16 * 1024;

  private ListingEnd() {}

  /** Counts of the files left out on purpose. */
  record LeftOut(long links, long special, long filtered, long own) {}

  /** Our connectors' report. */
  record Model(
      long enqueuedTotal, long skipped, long errors, List<String> errorSamples, LeftOut leftOut) {}

  /** Treats malformed parts as absent: the end of a listing must not be refused for its details. */
  static Jobs.Listed read(JsonNode report) {
    Map<String, String> more = new LinkedHashMap<>();
    if (report.path("left_out").isObject()) {
      ObjectNode leftOut = Json.object();
      for (String kind : KINDS) {
        leftOut.put(kind, Math.max(0, report.path("left_out").path(kind).asLong(0)));
      }
      more.put("left_out", Json.text(leftOut));
    }
    String samples = samples(report.path("error_samples"));
    if (!samples.isEmpty()) {
      more.put("listing_error_samples", samples);
    }
    return new Jobs.Listed(
        report.path("enqueued_total").asLong(-1),
        Math.max(0, report.path("skipped").asLong(0)),
        Math.max(0, report.path("errors").asLong(0)),
        report.has("errors"),
        more);
  }

  /** The samples as a JSON array; empty text when there are none. */
  private static String samples(JsonNode given) {
    ArrayNode samples = Json.object().putArray("samples");
    int length = 0;
    for (JsonNode sample : given) {
      String text = Printable.of(sample.asText(""));
      length += text.length();
      if (samples.size() == MAX_SAMPLES || length > MAX_SAMPLE_CHARS) {
        break;
      }
      samples.add(text);
    }
    return samples.isEmpty() ? "" : Json.text(samples);
  }
}
