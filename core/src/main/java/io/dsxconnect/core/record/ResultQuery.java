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
 * @param job id of the job; null for the records of all jobs
 * @param filter selects among them
 * @param cursor id of the last record that the caller has; null to start from the first
 * @param ascending oldest first
 */
public record ResultQuery(
    @Nullable String job, Filter filter, @Nullable Long cursor, boolean ascending) {

  /** All records, oldest first. */
  public static final ResultQuery ALL = new ResultQuery(null, Filter.NONE, null, true);

  /**
   * Selects records by their content. A null field matches every record.
   *
   * @param connector uuid
   * @param verdict as the scanner spells it, any case
   * @param status as on the wire, for example {@code action succeeded}, any case
   * @param text part of the location, the whole SHA-256, or the whole task id; any case
   * @param since time of recording in seconds since the epoch, inclusive
   * @param until time of recording in seconds since the epoch, exclusive
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

    /** Matches the records with this verdict; null for all records. */
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

  /** This query for one job; null for all jobs. */
  public ResultQuery in(@Nullable String id) {
    return new ResultQuery(id, filter, cursor, ascending);
  }

  /** This query with another filter. */
  public ResultQuery matching(Filter other) {
    return new ResultQuery(job, other, cursor, ascending);
  }

  /** This query from the record after this one; null to start from the first. */
  public ResultQuery after(@Nullable Long id) {
    return new ResultQuery(job, filter, id, ascending);
  }

  /** This query, oldest or newest first. */
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
