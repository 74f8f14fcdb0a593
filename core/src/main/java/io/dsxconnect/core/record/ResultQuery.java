package io.dsxconnect.core.record;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.Surrogates;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Selects and orders records: by id, which never changes and is never reused. A null field selects
 * all records.
 *
 * @param job id of the job
 * @param connector uuid
 * @param verdict as the scanner spells it, any case
 * @param status as on the wire, for example {@code action succeeded}, any case
 * @param text part of the location, the whole SHA-256, or the whole task id; any case
 * @param since time of recording in seconds since the epoch, inclusive
 * @param until time of recording in seconds since the epoch, exclusive
 * @param cursor id of the last record that the caller has; null to start from the first
 * @param ascending oldest first
 */
public record ResultQuery(
    @Nullable String job,
    @Nullable String connector,
    @Nullable String verdict,
    @Nullable String status,
    @Nullable String text,
    @Nullable Long since,
    @Nullable Long until,
    @Nullable Long cursor,
    boolean ascending) {

  /** All records of a job, in the order of recording. */
  public static ResultQuery ofJob(String job) {
    return new ResultQuery(job, null, null, null, null, null, null, null, true);
  }

  boolean afterCursor(long id) {
    return cursor == null || (ascending ? id > cursor : id < cursor);
  }

  boolean matches(ScanResult result) {
    return matchesWhere(result) && matchesWhat(result) && matchesWhen(result);
  }

  private boolean matchesWhere(ScanResult result) {
    ScanRequest request = result.scanRequest();
    ConnectorInstance from = request == null ? null : request.connector();
    return (job == null || job.equals(result.scanJobId()))
        && (connector == null || (from != null && connector.equals(from.uuid())));
  }

  private boolean matchesWhat(ScanResult result) {
    return (verdict == null
            || (result.verdict() != null && verdict.equalsIgnoreCase(result.verdict().verdict())))
        && (status == null || status.equalsIgnoreCase(result.status().wire()))
        && (text == null || containsText(result, text.toLowerCase(Locale.ROOT)));
  }

  private static boolean containsText(ScanResult result, String text) {
    ScanRequest request = result.scanRequest();
    return (request != null
            && Surrogates.shown(request.location()).toLowerCase(Locale.ROOT).contains(text))
        || text.equals(result.sha256())
        || text.equals(result.scanRequestTaskId());
  }

  private boolean matchesWhen(ScanResult result) {
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
