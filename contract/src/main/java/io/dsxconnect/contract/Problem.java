package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One fault of an input, in the shape that clients of the original expect inside a 422's {@code
 * detail} array.
 *
 * @param type what kind of fault, for example {@code missing} or {@code int_parsing}
 * @param loc where: {@code body}, {@code path}, {@code query} or {@code header}, then names and
 *     indexes
 * @param msg one sentence for a person
 * @param input what was given, or a few words about it when that is large; null when nothing was
 * @param ctx limits or expected values, absent when there are none
 */
public record Problem(
    String type,
    List<Object> loc,
    String msg,
    @Nullable JsonNode input,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, Object> ctx) {

  private static final int LONGEST = 2000;
  private static final int MOST_PARTS = 1000;
  private static final int DEEPEST = 16;

  public Problem {
    loc = List.copyOf(loc);
    input = input == null ? null : echo(input);
  }

  Problem within(List<Object> place) {
    if (loc.size() >= place.size() && loc.subList(0, place.size()).equals(place)) {
      return this;
    }
    List<Object> whole = new java.util.ArrayList<>(place);
    whole.addAll(loc.isEmpty() ? loc : loc.subList(1, loc.size()));
    return new Problem(type, whole, msg, input, ctx);
  }

  /** So that an answer is never much larger than what it answers, nor deeper than can be parsed. */
  private static JsonNode echo(JsonNode given) {
    if (given.isTextual() && given.textValue().length() > LONGEST) {
      String text = given.textValue();
      return TextNode.valueOf(
          text.substring(0, LONGEST) + "... (" + text.length() + " characters)");
    }
    if (given.isContainerNode() && left(given, MOST_PARTS, DEEPEST) < 0) {
      String kind = given.isObject() ? "an object" : "a list";
      return TextNode.valueOf("(" + kind + " of " + given.size() + " parts, too large to show)");
    }
    return given;
  }

  /** How much may still be shown after a node; negative when it is too much. */
  private static int left(JsonNode node, int budget, int depth) {
    int left = budget - 1 - (node.isTextual() ? node.textValue().length() / 64 : 0);
    if (depth == 0) {
      return -1;
    }
    for (JsonNode part : node) {
      if (left < 0) {
        return left;
      }
      left = left(part, left, depth - 1);
    }
    return left;
  }
}
