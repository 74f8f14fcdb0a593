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
 * The files and folders that a listing did not offer for scanning: intended omissions by kind, and
 * errors.
 *
 * @param leftOut files or folders per kind of intended omission
 * @param errors files and folders that could not be listed
 * @param samples location and reason of the first 100 errors at most
 */
public record ListingNotes(Map<LeftOut, Long> leftOut, long errors, List<String> samples) {
  public static final ListingNotes NONE = new ListingNotes(Map.of(), 0, List.of());
  private static final int MAX_SAMPLES = 100;

  /**
   * Reads the fields of a job.
   *
   * @param leftOut {@code left_out}
   * @param errors {@code listing_errors}
   * @param samples {@code listing_error_samples}
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

  /** The sum of both, with the first 100 samples. */
  public ListingNotes plus(ListingNotes other) {
    Map<LeftOut, Long> sum = new EnumMap<>(LeftOut.class);
    sum.putAll(leftOut);
    other.leftOut.forEach((kind, count) -> sum.merge(kind, count, Long::sum));
    List<String> both = new ArrayList<>(samples);
    other.samples.stream()
        .limit(MAX_SAMPLES - Math.min(MAX_SAMPLES, both.size()))
        .forEach(both::add);
    return new ListingNotes(sum, errors + other.errors, both);
  }

  private long count(LeftOut kind) {
    return leftOut.getOrDefault(kind, 0L);
  }

  /** Lines for people; empty when every file was offered for scanning. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (LeftOut kind : LeftOut.values()) {
      if (count(kind) > 0) {
        lines.add(String.format(Locale.ROOT, "%d %s", count(kind), description(kind)));
      }
    }
    samples.forEach(sample -> lines.add("NOT LISTED " + sample));
    if (errors > samples.size()) {
      lines.add("NOT LISTED ... and " + (errors - samples.size()) + " more");
    }
    return lines;
  }

  /**
   * Rows for the end of a report, so that no omission is unnoticed: one per error sample, one for
   * the other errors, and one per kind of intended omission.
   */
  public List<ReportRow> rows() {
    List<ReportRow> rows = new ArrayList<>();
    samples.forEach(sample -> rows.add(ReportRow.note("not listed", sample)));
    if (errors > samples.size()) {
      rows.add(ReportRow.note("not listed", "... and " + (errors - samples.size()) + " more"));
    }
    for (LeftOut kind : LeftOut.values()) {
      if (count(kind) > 0) {
        rows.add(ReportRow.note("left out", count(kind) + " " + description(kind)));
      }
    }
    return rows;
  }

  private static String description(LeftOut kind) {
    return switch (kind) {
      case LINK -> "symbolic links, which are not followed";
      case SPECIAL -> "special files (FIFO, socket or device), which have no content";
      case FILTERED -> "files or folders that the filter excludes";
      case OWN -> "files or folders of dsx-connect itself";
    };
  }
}
