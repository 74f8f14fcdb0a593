package io.dsxconnect.core.record;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.dsxconnect.contract.FileInfo;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResult;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the records that a query matches have together. Immutable.
 *
 * @param count records that match
 * @param complete false if the search ended at its time limit; then the sums are of what it saw
 * @param byOutcome matching records by column of the ledger, also those with 0
 * @param byAction matching records by state of the item action, also those with 0
 * @param bytes sizes of their files as far as they are known
 * @param extent of the records of the query's job or of all jobs, whether they match or not
 */
public record ResultSummary(
    long count,
    boolean complete,
    Map<String, Long> byOutcome,
    Map<String, Long> byAction,
    long bytes,
    @JsonUnwrapped Extent extent) {

  /** Adds up records. Confined to one thread. */
  static final class Sums {
    private final EnumMap<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final EnumMap<ActionState, Long> actions = new EnumMap<>(ActionState.class);
    private long count;
    private long bytes;

    void add(ScanResult result) {
      count++;
      outcomes.merge(result.outcome(), 1L, Long::sum);
      actions.merge(ActionState.of(result), 1L, Long::sum);
      Long size = size(result);
      // The sum of hostile sizes may exceed the range.
      bytes = size == null ? bytes : Math.max(bytes, bytes + size);
    }

    /**
     * @param extent of the records that were searched
     */
    ResultSummary end(boolean complete, Extent extent) {
      Map<String, Long> byOutcome = new LinkedHashMap<>();
      for (Outcome outcome : Outcome.values()) {
        byOutcome.put(outcome.column(), outcomes.getOrDefault(outcome, 0L));
      }
      Map<String, Long> byAction = new LinkedHashMap<>();
      for (ActionState state : ActionState.values()) {
        byAction.put(state.wire(), actions.getOrDefault(state, 0L));
      }
      return new ResultSummary(count, complete, byOutcome, byAction, bytes, extent);
    }
  }

  /**
   * How many records there are and were.
   *
   * @param kept records that are kept; those that were deleted one by one count as kept
   * @param pruned records that retention deleted
   * @param newestId id of the newest record of all jobs; 0 if nothing was recorded
   */
  public record Extent(long kept, long pruned, long newestId) {}

  /** The size of a record's file in bytes: the scanner's, else the listing's; null if unknown. */
  static @Nullable Long size(ScanResult result) {
    ScanResponse verdict = result.verdict();
    FileInfo info = verdict == null ? null : verdict.fileInfo();
    Long seen = info == null ? null : info.fileSizeInBytes();
    ScanRequest request = result.scanRequest();
    return seen != null || request == null ? seen : request.sizeInBytes();
  }
}
