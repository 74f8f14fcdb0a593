package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An input from outside does not have the shape it must have; says every fault found (the first
 * 100), not just one.
 */
public final class InvalidInput extends Exception {
  private static final long serialVersionUID = 1L;

  /** Faults that are told at most. */
  static final int MOST = 100;

  private final transient List<Problem> problems;

  public InvalidInput(List<Problem> problems) {
    super(
        problems.stream()
            .limit(MOST)
            .map(
                p ->
                    p.loc().stream().map(String::valueOf).collect(Collectors.joining("."))
                        + ": "
                        + p.msg())
            .collect(Collectors.joining("; ")));
    this.problems = problems.stream().limit(MOST).toList();
  }

  /** There is no body, or it says null. */
  public static InvalidInput missingBody() {
    return new InvalidInput(
        List.of(new Problem("missing", List.of("body"), "Field required", null, null)));
  }

  /** The body was declared to be something other than JSON, so it is taken as plain text. */
  public static InvalidInput notAnObject(String given) {
    return new InvalidInput(
        List.of(
            new Problem(
                "model_attributes_type",
                List.of("body"),
                "Input should be a valid dictionary or object to extract fields from",
                JsonNodeFactory.instance.textNode(given),
                null)));
  }

  /** The body may be any object, but is none. */
  public static InvalidInput notADictionary(JsonNode given) {
    return new InvalidInput(
        List.of(
            new Problem(
                "dict_type", List.of("body"), "Input should be a valid dictionary", given, null)));
  }

  /**
   * @param fault goes before the offset
   */
  static InvalidInput notJson(long offset, String fault) {
    return new InvalidInput(
        List.of(
            new Problem(
                "json_invalid",
                List.of("body", offset),
                "JSON decode error",
                JsonNodeFactory.instance.objectNode(),
                Map.of("error", fault + offset))));
  }

  /** The same faults of what is a part of a body, where they begin at the body itself. */
  public InvalidInput within(List<Object> loc) {
    return new InvalidInput(problems.stream().map(problem -> problem.within(loc)).toList());
  }

  public List<Problem> problems() {
    return problems;
  }
}
