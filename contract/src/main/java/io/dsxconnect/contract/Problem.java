package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One fault of an input, in the shape that clients of the original product expect in the {@code
 * detail} array of a 422. Immutable.
 *
 * @param type the kind of fault, for example {@code missing} or {@code int_parsing}
 * @param loc the place: {@code body}, {@code path}, {@code query} or {@code header}, then names and
 *     indexes
 * @param msg one sentence for a person
 * @param input the given value, shortened or described if it is large; null if there is none
 * @param ctx limits or expected values; null if there are none, and then absent from the JSON
 */
public record Problem(
    String type,
    List<Object> loc,
    String msg,
    @Nullable JsonNode input,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, Object> ctx) {

  private static final int MAX_ECHO_CHARS = 2000;
  private static final int MAX_ECHO_PARTS = 1000;
  private static final int MAX_ECHO_DEPTH = 16;

  /**
   * Copies {@code loc} and shortens {@code input} to 2,000 characters; an object or list of more
   * than 1,000 parts or 16 levels is described instead.
   */
  public Problem {
    loc = List.copyOf(loc);
    input = input == null ? null : echo(input);
  }

  /**
   * {@return the fault of a text that is none of the known words}
   *
   * @param words without commas
   * @param loc the place of the text
   * @param given the value
   */
  public static Problem notOneOf(List<String> words, List<Object> loc, JsonNode given) {
    String expected = listed(words);
    return new Problem(
        "enum", loc, "Input should be " + expected, given, Map.of("expected", expected));
  }

  /** Words in the format of the original product: {@code 'a', 'b' or 'c'}. */
  private static String listed(List<String> words) {
    String all = words.stream().map(w -> "'" + w + "'").collect(Collectors.joining(", "));
    int last = all.lastIndexOf(", ");
    return last < 0 ? all : all.substring(0, last) + " or " + all.substring(last + 2);
  }

  /** The fault of a value that should be an object with known fields. */
  static Problem notAnObject(List<Object> loc, JsonNode given) {
    return new Problem(
        "model_attributes_type",
        loc,
        "Input should be a valid dictionary or object to extract fields from",
        given,
        null);
  }

  /** This fault with {@code place} instead of the first part of its place, unless it is there. */
  Problem within(List<Object> place) {
    if (loc.size() >= place.size() && loc.subList(0, place.size()).equals(place)) {
      return this;
    }
    List<Object> whole = new ArrayList<>(place);
    whole.addAll(loc.isEmpty() ? loc : loc.subList(1, loc.size()));
    return new Problem(type, whole, msg, input, ctx);
  }

  /** Limits the size of an answer to about that of its request, and its depth to what parses. */
  private static JsonNode echo(JsonNode given) {
    if (given.isTextual() && given.textValue().length() > MAX_ECHO_CHARS) {
      String text = given.textValue();
      return TextNode.valueOf(
          text.substring(0, MAX_ECHO_CHARS) + "... (" + text.length() + " characters)");
    }
    if (given.isContainerNode() && left(given, MAX_ECHO_PARTS, MAX_ECHO_DEPTH) < 0) {
      String kind = given.isObject() ? "an object" : "a list";
      return TextNode.valueOf("(" + kind + " of " + given.size() + " parts, too large to show)");
    }
    return given;
  }

  /** The budget left after a node; negative if the node is too large or too deep. */
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
