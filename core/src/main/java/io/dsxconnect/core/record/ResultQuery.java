package io.dsxconnect.core.record;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.Surrogates;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Selects records and their order, which is that of their ids: an id never changes and is never
 * reused. Immutable.
 *
 * @param job id of the job; null: records of all jobs
 * @param cursor the id of the last record that the caller has; null to begin
 * @param ascending oldest first
 */
public record ResultQuery(
    @Nullable String job, Filter filter, @Nullable Long cursor, boolean ascending) {

  /** All records, oldest first. */
  public static final ResultQuery ALL = new ResultQuery(null, Filter.NONE, null, true);

  /**
   * Which records of those are selected; a null matches any.
   *
   * @param connector uuid
   * @param verdict as the scanner spells it, any case
   * @param status on the wire, for example {@code action succeeded}
   * @param text part of the location, the file's hash, or the task's id; any case
   * @param since seconds since the epoch, inclusive
   * @param until seconds since the epoch, exclusive
   */
  public record Filter(
      @Nullable String connector,
      @Nullable String verdict,
      @Nullable String status,
      @Nullable String text,
      @Nullable Long since,
      @Nullable Long until) {
    /** Matches every record. */
    public static final Filter NONE = ofVerdict(null);

    public static Filter ofVerdict(@Nullable String verdict) {
      return new Filter(null, verdict, null, null, null, null);
    }

    boolean matches(ScanResult result) {
      return matchesConnector(result) && matchesContent(result) && matchesTime(result);
    }

    private boolean matchesConnector(ScanResult result) {
      ScanRequest request = result.scanRequest();
      ConnectorInstance from = request == null ? null : request.connector();
      return connector == null || (from != null && connector.equals(from.uuid()));
    }

    private boolean matchesContent(ScanResult result) {
      return (verdict == null
              || (result.verdict() != null && verdict.equalsIgnoreCase(result.verdict().verdict())))
          && (status == null || status.equalsIgnoreCase(result.status().wire()))
          && (text == null || containsText(result, text.toLowerCase(Locale.ROOT)));
    }

    private boolean matchesTime(ScanResult result) {
      if (since == null && until == null) {
        return true;
      }
      if (result.recordedAt() == null) {
        return false;
      }
      long at = Instant.parse(result.recordedAt()).getEpochSecond();
      return (since == null || at >= since) && (until == null || at < until);
    }
  }

  /** All records of a job, in the order of recording. */
  public static ResultQuery ofJob(String job) {
    return ALL.in(job);
  }

  /** The same for one job; null: for all. */
  public ResultQuery in(@Nullable String id) {
    return new ResultQuery(id, filter, cursor, ascending);
  }

  public ResultQuery matching(Filter other) {
    return new ResultQuery(job, other, cursor, ascending);
  }

  /** The same from the record after this one; null: from the first. */
  public ResultQuery after(@Nullable Long id) {
    return new ResultQuery(job, filter, id, ascending);
  }

  public ResultQuery oldestFirst(boolean oldestFirst) {
    return new ResultQuery(job, filter, cursor, oldestFirst);
  }

  boolean afterCursor(long id) {
    return cursor == null || (ascending ? id > cursor : id < cursor);
  }

  boolean matches(ScanResult result) {
    return (job == null || job.equals(result.scanJobId())) && filter.matches(result);
  }

  private static boolean containsText(ScanResult result, String text) {
    ScanRequest request = result.scanRequest();
    return (request != null
            && Surrogates.shown(request.location()).toLowerCase(Locale.ROOT).contains(text))
        || text.equals(result.sha256())
        || text.equals(result.scanRequestTaskId());
  }
}
