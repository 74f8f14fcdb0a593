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

/** What a connector says at the end of a listing. The original's say a total at most. */
final class ListingEnd {
  /** What a listing leaves out on purpose, by its kind. */
  private static final List<String> KINDS = List.of("links", "special", "filtered", "own");

  private static final int SAMPLES = 100;
  private static final int LONGEST = 16 * 1024;

  private ListingEnd() {}

  /** Files that were left out on purpose. */
  record LeftOut(long links, long special, long filtered, long own) {}

  /** What our connectors say. */
  record Model(
      long enqueuedTotal, long skipped, long errors, List<String> errorSamples, LeftOut leftOut) {}

  /** What cannot be read of it counts as not said: no listing may go on because of its words. */
  static Jobs.Listed read(JsonNode said) {
    Map<String, String> more = new LinkedHashMap<>();
    if (said.path("left_out").isObject()) {
      ObjectNode leftOut = Json.object();
      for (String kind : KINDS) {
        leftOut.put(kind, Math.max(0, said.path("left_out").path(kind).asLong(0)));
      }
      more.put("left_out", Json.text(leftOut));
    }
    String samples = samples(said.path("error_samples"));
    if (!samples.isEmpty()) {
      more.put("listing_error_samples", samples);
    }
    return new Jobs.Listed(
        said.path("enqueued_total").asLong(-1),
        Math.max(0, said.path("skipped").asLong(0)),
        Math.max(0, said.path("errors").asLong(0)),
        said.has("errors"),
        more);
  }

  /** A JSON list; empty when there are none. */
  private static String samples(JsonNode given) {
    ArrayNode samples = Json.object().putArray("samples");
    int length = 0;
    for (JsonNode sample : given) {
      String text = Printable.of(sample.asText(""));
      length += text.length();
      if (samples.size() == SAMPLES || length > LONGEST) {
        break;
      }
      samples.add(text);
    }
    return samples.isEmpty() ? "" : Json.text(samples);
  }
}
