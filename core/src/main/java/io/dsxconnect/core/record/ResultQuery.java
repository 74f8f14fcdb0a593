package io.dsxconnect.core.record;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.Surrogates;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
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
   * Selects records. A null field matches every record.
   *
   * @param connector uuid
   * @param content what the record says of the file
   * @param period when it was recorded
   */
  public record Filter(@Nullable String connector, Content content, Period period) {
    /** Matches every record. */
    public static final Filter NONE = new Filter(null, Content.ANY, Period.EVER);

    /** Matches the records with this verdict; null for all records. */
    public static Filter ofVerdict(@Nullable String verdict) {
      return new Filter(null, new Content(verdict, null, null, Set.of(), Set.of()), Period.EVER);
    }

    /** Matches the records with one of these outcomes; an empty set matches all. */
    public static Filter ofOutcomes(Set<Outcome> outcomes) {
      return new Filter(null, new Content(null, null, null, outcomes, Set.of()), Period.EVER);
    }

    /** Matches the records with one of these states of the action; an empty set matches all. */
    public static Filter ofActions(Set<ActionState> actions) {
      return new Filter(null, new Content(null, null, null, Set.of(), actions), Period.EVER);
    }

    /** Whether records with this state of the action can match. */
    public boolean mayMatch(ActionState state) {
      return content.actions().isEmpty() || content.actions().contains(state);
    }

    /** This filter for records with one of these states of the action; an empty set for any. */
    public Filter only(Set<ActionState> states) {
      Content only =
          new Content(
              content.verdict(), content.status(), content.text(), content.outcomes(), states);
      return new Filter(connector, only, period);
    }

    boolean matches(ScanResult result) {
      return matchesConnector(result) && content.matches(result) && period.matches(result);
    }

    private boolean matchesConnector(ScanResult result) {
      ScanRequest request = result.scanRequest();
      ConnectorInstance from = request == null ? null : request.connector();
      return connector == null || (from != null && connector.equals(from.uuid()));
    }
  }

  /**
   * What a record says of its file. A null field and an empty set match every record.
   *
   * @param verdict as the scanner spells it, any case
   * @param status as on the wire, for example {@code action succeeded}, any case
   * @param text part of the location, the whole SHA-256, or the whole id of task or job; any case
   * @param outcomes one of them
   * @param actions one of them
   */
  public record Content(
      @Nullable String verdict,
      @Nullable String status,
      @Nullable String text,
      Set<Outcome> outcomes,
      Set<ActionState> actions) {
    static final Content ANY = new Content(null, null, null, Set.of(), Set.of());

    public Content {
      outcomes = Set.copyOf(outcomes);
      actions = Set.copyOf(actions);
    }

    private boolean matches(ScanResult result) {
      return (verdict == null
              || (result.verdict() != null && verdict.equalsIgnoreCase(result.verdict().verdict())))
          && (status == null || status.equalsIgnoreCase(result.status().wire()))
          && (outcomes.isEmpty() || outcomes.contains(result.outcome()))
          && (actions.isEmpty() || actions.contains(ActionState.of(result)))
          && (text == null || containsText(result, text.toLowerCase(Locale.ROOT)));
    }

    private static boolean containsText(ScanResult result, String text) {
      ScanRequest request = result.scanRequest();
      String job = result.scanJobId();
      return (request != null
              && Surrogates.shown(request.location()).toLowerCase(Locale.ROOT).contains(text))
          || text.equals(result.sha256())
          || text.equals(result.scanRequestTaskId().toLowerCase(Locale.ROOT))
          || (job != null && text.equals(job.toLowerCase(Locale.ROOT)));
    }
  }

  /**
   * When a record was written, in seconds since the epoch. A null field matches every record.
   *
   * @param since inclusive
   * @param until exclusive
   */
  public record Period(@Nullable Long since, @Nullable Long until) {
    /** Any time. */
    public static final Period EVER = new Period(null, null);

    private boolean matches(ScanResult result) {
      if (since == null && until == null) {
        return true;
      }
      if (result.recordedAt() == null) {
        return false;
      }
      return contains(Instant.parse(result.recordedAt()).getEpochSecond());
    }

    boolean contains(long at) {
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
}
