package io.dsxconnect.core.queue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.InvalidInput;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Selects dead letters by their facts. A null component matches every letter. Immutable.
 *
 * @param reason of the letter, equal as text
 * @param connector uuid
 * @param job id
 * @param without facts that a letter must not have
 */
public record DeadLetterFilter(
    @Nullable String reason, @Nullable String connector, @Nullable String job, Set<Fact> without) {
  /** Matches every letter. */
  public static final DeadLetterFilter ALL = new DeadLetterFilter(null, null, null);

  /** A fact that a letter may lack, because it cannot be read or names none. */
  public enum Fact {
    REASON,
    CONNECTOR,
    JOB
  }

  /** Accepts letters with and without each fact. */
  public DeadLetterFilter(
      @Nullable String reason, @Nullable String connector, @Nullable String job) {
    this(reason, connector, job, Set.of());
  }

  public DeadLetterFilter {
    without = Set.copyOf(without);
  }

  /**
   * What letters are grouped and found by. Null where a letter does not say, or cannot be read.
   *
   * @param reason of the letter
   * @param connector uuid
   * @param connectorName the display name of the connector when its file was accepted, else its
   *     name
   * @param job id
   */
  public record Facts(
      @Nullable String reason,
      @Nullable String connector,
      @Nullable String connectorName,
      @Nullable String job) {

    /**
     * Reads the facts of a letter.
     *
     * @param item as stored
     */
    static Facts of(JsonNode item) {
      JsonNode meta = item.path("meta");
      ConnectorInstance from = connector(meta.path("connector").textValue());
      return new Facts(
          item.path("reason").textValue(),
          from == null ? null : from.uuid(),
          from == null ? null : from.shownName(),
          meta.path("job").textValue());
    }

    private @Nullable String of(Fact fact) {
      return switch (fact) {
        case REASON -> reason;
        case CONNECTOR -> connector;
        case JOB -> job;
      };
    }

    private static @Nullable ConnectorInstance connector(@Nullable String origin) {
      if (origin == null) {
        return null;
      }
      try {
        return Origin.parse(origin).connector();
      } catch (InvalidInput e) {
        // The letter is shown without its connector.
        return null;
      }
    }
  }

  boolean matches(Facts facts) {
    return (reason == null || Objects.equals(reason, facts.reason()))
        && (connector == null || Objects.equals(connector, facts.connector()))
        && (job == null || Objects.equals(job, facts.job()))
        && without.stream().allMatch(fact -> facts.of(fact) == null);
  }
}
