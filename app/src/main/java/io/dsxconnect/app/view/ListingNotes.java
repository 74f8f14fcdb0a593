package io.dsxconnect.app.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.connector.LeftOut;
import io.dsxconnect.contract.ReportRow;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a listing did not offer for scanning: counted by kind where that is on purpose, named where
 * it is not.
 *
 * @param errors how many folders or files could not be listed
 * @param samples location and reason of the first of them
 */
public record ListingNotes(Map<LeftOut, Long> leftOut, long errors, List<String> samples) {
  public static final ListingNotes NONE = new ListingNotes(Map.of(), 0, List.of());
  private static final int MOST_SAMPLES = 100;

  /**
   * @param leftOut the {@code left_out} of a job
   * @param samples its {@code listing_error_samples}
   */
  public static ListingNotes of(JsonNode leftOut, long errors, JsonNode samples) {
    Map<LeftOut, Long> counts = new EnumMap<>(LeftOut.class);
    for (LeftOut kind : LeftOut.values()) {
      counts.put(kind, Math.max(0, leftOut.path(kind.wireName()).asLong(0)));
    }
    List<String> texts = new ArrayList<>();
    samples.forEach(sample -> texts.add(sample.asText()));
    return new ListingNotes(counts, errors, texts);
  }

  public ListingNotes plus(ListingNotes other) {
    Map<LeftOut, Long> sum = new EnumMap<>(LeftOut.class);
    sum.putAll(leftOut);
    other.leftOut.forEach((kind, count) -> sum.merge(kind, count, Long::sum));
    List<String> both = new ArrayList<>(samples);
    other.samples.stream()
        .limit(MOST_SAMPLES - Math.min(MOST_SAMPLES, both.size()))
        .forEach(both::add);
    return new ListingNotes(sum, errors + other.errors, both);
  }

  private long count(LeftOut kind) {
    return leftOut.getOrDefault(kind, 0L);
  }

  /** For people; empty when everything was offered. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (LeftOut kind : LeftOut.values()) {
      if (count(kind) > 0) {
        lines.add(String.format(Locale.ROOT, "%d %s", count(kind), words(kind)));
      }
    }
    samples.forEach(sample -> lines.add("NOT LISTED " + sample));
    if (errors > samples.size()) {
      lines.add("NOT LISTED ... and " + (errors - samples.size()) + " more");
    }
    return lines;
  }

  /**
   * Rows for the end of a report, so that nothing is missing in it unnoticed: one per kind of what
   * was left out, and one per folder that could not be listed.
   */
  public List<ReportRow> rows() {
    List<ReportRow> rows = new ArrayList<>();
    samples.forEach(sample -> rows.add(ReportRow.note("not listed", sample)));
    if (errors > samples.size()) {
      rows.add(ReportRow.note("not listed", "... and " + (errors - samples.size()) + " more"));
    }
    for (LeftOut kind : LeftOut.values()) {
      if (count(kind) > 0) {
        rows.add(ReportRow.note("left out", count(kind) + " " + words(kind)));
      }
    }
    return rows;
  }

  private static String words(LeftOut kind) {
    return switch (kind) {
      case LINK -> "symbolic links, which are not followed";
      case SPECIAL -> "special files (FIFO, socket or device), which have no content";
      case FILTERED -> "files or folders that the filter leaves out";
      case OWN -> "files or folders of dsx-connect itself";
    };
  }
}
