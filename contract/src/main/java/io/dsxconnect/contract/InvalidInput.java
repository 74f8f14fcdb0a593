package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An input is invalid; contains all faults found, at most 100. Immutable. */
public final class InvalidInput extends Exception {
  private static final long serialVersionUID = 1L;

  /** The maximum number of reported faults. */
  static final int MAX_PROBLEMS = 100;

  private final transient List<Problem> problems;

  /**
   * Makes a message of all faults, separated by semicolons.
   *
   * @param problems at least one; only the first 100 are kept
   */
  public InvalidInput(List<Problem> problems) {
    super(
        problems.stream()
            .limit(MAX_PROBLEMS)
            .map(
                p ->
                    p.loc().stream().map(String::valueOf).collect(Collectors.joining("."))
                        + ": "
                        + p.msg())
            .collect(Collectors.joining("; ")));
    this.problems = problems.stream().limit(MAX_PROBLEMS).toList();
  }

  /** {@return the fault of a body that is missing or null} */
  public static InvalidInput missingBody() {
    return new InvalidInput(
        List.of(new Problem("missing", List.of("body"), "Field required", null, null)));
  }

  /**
   * {@return the fault of a body that has a Content-Type other than JSON, or is not an object}
   *
   * @param given the beginning of the body, or a description of it
   */
  public static InvalidInput notAnObject(String given) {
    return new InvalidInput(
        List.of(Problem.notAnObject(List.of("body"), JsonNodeFactory.instance.textNode(given))));
  }

  /**
   * {@return the fault of a body that must be an object of any shape, but is not}
   *
   * @param given the body
   */
  public static InvalidInput notADictionary(JsonNode given) {
    return new InvalidInput(
        List.of(
            new Problem(
                "dict_type", List.of("body"), "Input should be a valid dictionary", given, null)));
  }

  /**
   * The body is not JSON.
   *
   * @param offset of the fault, in bytes
   * @param fault the message, which ends with the offset
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

  /**
   * {@return these faults, found in a part of a body, with the place of that part}
   *
   * @param loc {@code body}, then names and indexes; replaces the first part of each fault's place
   */
  public InvalidInput within(List<Object> loc) {
    return new InvalidInput(problems.stream().map(problem -> problem.within(loc)).toList());
  }

  /** {@return the faults, 1 to 100} */
  public List<Problem> problems() {
    return problems;
  }
}
