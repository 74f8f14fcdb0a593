package io.dsxconnect.core.api;

import io.dsxconnect.core.record.ResultSummary;
import java.util.Map;

/** The JSON of a {@link ResultSummary}. */
record ResultCounts(
    long count,
    boolean complete,
    Map<String, Long> byOutcome,
    Map<String, Long> byAction,
    long bytes,
    long kept,
    long pruned,
    long newestId) {
  static ResultCounts of(ResultSummary s) {
    return new ResultCounts(
        s.count(),
        s.complete(),
        s.byOutcome(),
        s.byAction(),
        s.bytes(),
        s.extent().kept(),
        s.extent().pruned(),
        s.extent().newestId());
  }
}
