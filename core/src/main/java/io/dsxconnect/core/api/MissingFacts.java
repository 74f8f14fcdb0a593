package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Problem;
import io.dsxconnect.core.queue.DeadLetterFilter;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code without}: the facts that dead letters must not have, separated by commas. */
final class MissingFacts {
  private static final Map<String, DeadLetterFilter.Fact> FACTS =
      Map.of(
          "reason", DeadLetterFilter.Fact.REASON,
          "connector", DeadLetterFilter.Fact.CONNECTOR,
          "job", DeadLetterFilter.Fact.JOB);

  /** The words of the facts. */
  static final List<String> WORDS = List.of("reason", "connector", "job");

  private static final int MAX_SHOWN = 40;

  private MissingFacts() {}

  /**
   * The facts that a list names.
   *
   * @param words separated by commas; null for none
   * @param part of the request that has the list, for the error: {@code query} or {@code body}
   * @throws InvalidInput when it names anything else
   */
  static Set<DeadLetterFilter.Fact> of(@Nullable String words, String part) throws InvalidInput {
    Set<DeadLetterFilter.Fact> facts = EnumSet.noneOf(DeadLetterFilter.Fact.class);
    for (String word : words == null ? List.<String>of() : List.of(words.split(",", -1))) {
      DeadLetterFilter.Fact fact = FACTS.get(word.strip());
      if (fact != null) {
        facts.add(fact);
      } else if (!word.isBlank()) {
        String shown = Printable.of(word.substring(0, Math.min(word.length(), MAX_SHOWN)));
        throw new InvalidInput(
            List.of(
                Problem.notOneOf(
                    WORDS, List.of(part, "without"), JsonNodeFactory.instance.textNode(shown))));
      }
    }
    return facts;
  }
}
