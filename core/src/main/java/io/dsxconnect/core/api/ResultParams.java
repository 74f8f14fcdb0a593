package io.dsxconnect.core.api;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.Problem;
import io.dsxconnect.core.record.ActionState;
import io.dsxconnect.core.record.ResultQuery;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The parameters that select records, the same on every route that searches. */
final class ResultParams {
  /** A group of outcomes: there is no verdict on the whole file. */
  private static final String NO_VERDICT = "no_verdict";

  private static final Map<String, Set<Outcome>> OUTCOMES = outcomes();
  private static final Map<String, Set<ActionState>> ACTIONS = actions();

  private static final List<Param> FILTERS =
      List.of(
          Param.text("job_id", "Id of the job"),
          Param.text("connector", "UUID of the connector"),
          Param.text("verdict", "Verdict, for example Malicious"),
          Param.text("status", "Status, for example action succeeded"),
          Param.text(
              "outcome", "Outcomes, separated by commas: " + String.join(", ", OUTCOMES.keySet())),
          Param.text(
              "action",
              "States of the item action, separated by commas: "
                  + String.join(", ", ACTIONS.keySet())),
          Param.text(
              "text", "Part of the location, the SHA-256, or the id of the task or of the job"),
          Param.time("since", "Earliest time of recording, inclusive"),
          Param.time("until", "Latest time of recording, exclusive"));

  private ResultParams() {}

  private static Map<String, Set<Outcome>> outcomes() {
    Map<String, Set<Outcome>> words = new LinkedHashMap<>();
    for (Outcome outcome : Outcome.values()) {
      words.put(outcome.column(), Set.of(outcome));
    }
    words.put(NO_VERDICT, Results.NO_VERDICT);
    return words;
  }

  private static Map<String, Set<ActionState>> actions() {
    Map<String, Set<ActionState>> words = new LinkedHashMap<>();
    for (ActionState state : ActionState.values()) {
      words.put(state.wire(), Set.of(state));
    }
    return words;
  }

  /** The filters and further parameters of a route. */
  static Param[] filtersAnd(Param... more) {
    List<Param> all = new ArrayList<>(List.of(more));
    all.addAll(FILTERS);
    return all.toArray(Param[]::new);
  }

  /**
   * The query of a call, oldest first, from the first record.
   *
   * @throws InvalidInput when an outcome or a state of the action is unknown
   */
  static ResultQuery query(Call call) throws InvalidInput {
    List<Problem> problems = new ArrayList<>();
    ResultQuery.Content content =
        new ResultQuery.Content(
            call.given("verdict").orElse(null),
            call.given("status").orElse(null),
            call.given("text").orElse(null),
            words(call, "outcome", OUTCOMES, problems),
            words(call, "action", ACTIONS, problems));
    if (!problems.isEmpty()) {
      throw new InvalidInput(problems);
    }
    ResultQuery.Period period =
        new ResultQuery.Period(
            call.number("since").orElse(null), call.number("until").orElse(null));
    return ResultQuery.ALL
        .in(call.given("job_id").orElse(null))
        .matching(new ResultQuery.Filter(call.given("connector").orElse(null), content, period));
  }

  private static <T> Set<T> words(
      Call call, String name, Map<String, Set<T>> known, List<Problem> problems) {
    return WordList.read(call.given(name).orElse(""), known, List.of("query", name), problems)
        .stream()
        .flatMap(Set::stream)
        .collect(Collectors.toSet());
  }
}
