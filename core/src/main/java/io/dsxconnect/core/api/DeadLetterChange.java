package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Problem;
import io.dsxconnect.core.queue.DeadLetterFilter;
import io.dsxconnect.core.queue.DeadLetterSearch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters to replay or discard: those with some ids, or those that match a filter, and
 * never both, because one of them would have no effect.
 *
 * @param ids null for the filter
 * @param max how many of those that match, at most
 */
record DeadLetterChange(
    String queueType, @Nullable List<String> ids, DeadLetterFilter filter, int max) {
  private static final int DEFAULT_MAX = 1000;

  /** The fields that select by what a letter says. */
  private static final List<String> FILTERS =
      List.of("reason", "connector", "job_id", "without", "max");

  private static final Set<String> NAMES =
      Stream.concat(Stream.of("queue_type", "ids"), FILTERS.stream())
          .collect(Collectors.toUnmodifiableSet());

  /** What is wrong with a text that is not the id of a letter, and what to send. */
  static final String NO_ID =
      "this is not the id of a dead letter; send an id of GET search, for example 1764288000123-0";

  /** The body of the request. */
  record Model(
      String queueType,
      @Nullable List<String> ids,
      @Nullable String reason,
      @Nullable String connector,
      @Nullable String jobId,
      @Nullable String without,
      @Nullable Long max) {}

  /**
   * Reads a body. A field with another name is refused: a filter that is misspelled must not select
   * more letters than its sender meant.
   *
   * @throws InvalidInput when it names no queue, no letters, what is no id, or ids and a filter
   */
  static DeadLetterChange read(JsonNode body) throws InvalidInput {
    Fields fields = Fields.ofBody(body);
    String queue = fields.requiredText("queue_type");
    String reason = fields.nullableText("reason");
    String connector = fields.nullableText("connector");
    String job = fields.nullableText("job_id");
    String without = fields.nullableText("without");
    Long max = fields.nullableCount("max", 1);
    fields.check();
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      if (!NAMES.contains(field.getKey())) {
        throw invalid(
            "extra_forbidden",
            field.getKey(),
            "Extra inputs are not permitted",
            field.getValue(),
            null);
      }
    }
    if (!DeadLetterResource.TYPES.contains(queue)) {
      throw new InvalidInput(
          List.of(
              Problem.notOneOf(
                  DeadLetterResource.TYPES,
                  List.of("body", "queue_type"),
                  body.get("queue_type"))));
    }
    if (max != null && max > DeadLetterSearch.MAX_CHANGED) {
      throw invalid(
          "less_than_equal",
          "max",
          "Input should be less than or equal to " + DeadLetterSearch.MAX_CHANGED,
          body.get("max"),
          Map.of("le", DeadLetterSearch.MAX_CHANGED));
    }
    DeadLetterFilter filter =
        new DeadLetterFilter(reason, connector, job, MissingFacts.of(without, "body"));
    List<String> ids = ids(body.path("ids"));
    if (ids == null && filter.equals(DeadLetterFilter.ALL)) {
      throw invalid(
          "value_error",
          "ids",
          "Value error, ids or one of reason, connector, job_id and without is needed",
          JsonNodeFactory.instance.nullNode(),
          null);
    }
    for (String name : ids == null ? List.<String>of() : FILTERS) {
      if (body.hasNonNull(name)) {
        throw invalid(
            "value_error",
            name,
            "Value error, ids alone name the letters; leave out ids or " + name,
            body.get(name),
            null);
      }
    }
    return new DeadLetterChange(
        queue, ids, filter, max == null ? DEFAULT_MAX : Math.toIntExact(max));
  }

  private static @Nullable List<String> ids(JsonNode given) throws InvalidInput {
    if (given.isMissingNode() || given.isNull()) {
      return null;
    }
    if (!given.isArray() || given.size() > DeadLetterSearch.MAX_CHANGED) {
      throw invalid(
          "list_type",
          "ids",
          "Input should be a list of at most " + DeadLetterSearch.MAX_CHANGED + " ids",
          JsonNodeFactory.instance.textNode(given.isArray() ? "a longer list" : given.asText()),
          null);
    }
    List<String> ids = new ArrayList<>();
    for (JsonNode id : given) {
      if (!id.isTextual() || !DeadLetterSearch.isId(id.textValue())) {
        throw invalid("value_error", "ids", "Value error, " + NO_ID, id, null);
      }
      ids.add(id.textValue());
    }
    return ids;
  }

  private static InvalidInput invalid(
      String kind,
      String field,
      String message,
      JsonNode given,
      @Nullable Map<String, Object> ctx) {
    return new InvalidInput(
        List.of(new Problem(kind, List.of("body", field), message, given, ctx)));
  }
}
