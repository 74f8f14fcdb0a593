package io.dsxconnect.core.api;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Problem;
import io.dsxconnect.core.queue.DeadLetterFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code without}: the facts that dead letters must not have, separated by commas. */
final class MissingFacts {
  private static final Map<String, DeadLetterFilter.Fact> FACTS = facts();

  /** The words of the facts. */
  static final List<String> WORDS = List.copyOf(FACTS.keySet());

  private MissingFacts() {}

  private static Map<String, DeadLetterFilter.Fact> facts() {
    Map<String, DeadLetterFilter.Fact> words = new LinkedHashMap<>();
    for (DeadLetterFilter.Fact fact : DeadLetterFilter.Fact.values()) {
      words.put(fact.name().toLowerCase(Locale.ROOT), fact);
    }
    return words;
  }

  /**
   * The facts that a list names.
   *
   * @param words separated by commas; null for none
   * @param part of the request that has the list, for the error: {@code query} or {@code body}
   * @throws InvalidInput when it names anything else
   */
  static Set<DeadLetterFilter.Fact> of(@Nullable String words, String part) throws InvalidInput {
    List<Problem> problems = new ArrayList<>();
    List<DeadLetterFilter.Fact> facts =
        WordList.read(words == null ? "" : words, FACTS, List.of(part, "without"), problems);
    if (!problems.isEmpty()) {
      throw new InvalidInput(problems);
    }
    return Set.copyOf(facts);
  }
}
