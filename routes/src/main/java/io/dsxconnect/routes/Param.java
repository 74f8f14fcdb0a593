package io.dsxconnect.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Problem;
import io.dsxconnect.contract.Uuids;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A path or query parameter: its validation and documentation. Immutable.
 *
 * @param in where the parameter is
 * @param name in the path template or the query
 * @param type the accepted values
 * @param defaultValue the value of an absent parameter, of the type that {@code type} yields; null
 *     for none
 * @param description one line for the OpenAPI document
 */
public record Param(
    In in, String name, Type type, @Nullable Object defaultValue, String description) {

  /** Where the parameter is. */
  public enum In {
    /** A {@code {name}} of the route's path; always present. */
    PATH,
    /** The query string; may be absent. */
    QUERY
  }

  /** The accepted values. */
  public sealed interface Type {
    /**
     * A whole number; its value is a {@link Long}.
     *
     * @param min the smallest valid value
     * @param max the largest valid value; {@link Long#MAX_VALUE} for no limit
     */
    record Whole(long min, long max) implements Type {}

    /**
     * A number; its value is a {@link Double}.
     *
     * @param min the smallest valid value
     * @param max the largest valid value
     */
    record Decimal(double min, double max) implements Type {}

    /**
     * Any text.
     *
     * @param maxChars the limit in characters (UTF-16 units)
     */
    record Text(int maxChars) implements Type {}

    /** {@code true}, {@code 1}, {@code yes}, {@code on}, {@code t}, {@code y}, or the opposites. */
    record Flag() implements Type {}

    /** A UUID in any standard notation; its value is the canonical one. */
    record Uuid() implements Type {}

    /**
     * One of some words, case-sensitive.
     *
     * @param words the accepted values
     */
    record OneOf(List<String> words) implements Type {}

    /** An ISO-8601 instant or seconds since the epoch; its value is seconds since the epoch. */
    record Time() implements Type {}
  }

  private static final int MAX_TEXT_CHARS = 4096;

  /**
   * A text of the path, of 1 to 4096 characters.
   *
   * @param name in the path template
   * @param description one line for the OpenAPI document
   * @return a parameter to read with {@link Call#text}
   */
  public static Param pathText(String name, String description) {
    return new Param(In.PATH, name, new Type.Text(MAX_TEXT_CHARS), null, description);
  }

  /**
   * A UUID of the path.
   *
   * @param name in the path template
   * @param description one line for the OpenAPI document
   * @return a parameter to read with {@link Call#text}, in the canonical notation
   */
  public static Param pathUuid(String name, String description) {
    return new Param(In.PATH, name, new Type.Uuid(), null, description);
  }

  /**
   * One of some words in the path.
   *
   * @param name in the path template
   * @param words the accepted values, case-sensitive
   * @param description one line for the OpenAPI document
   * @return a parameter to read with {@link Call#text}
   */
  public static Param pathOneOf(String name, List<String> words, String description) {
    return new Param(In.PATH, name, new Type.OneOf(words), null, description);
  }

  /**
   * A whole number of the query.
   *
   * @param name in the query
   * @param min the smallest valid value
   * @param max the largest valid value; {@link Long#MAX_VALUE} for no limit
   * @param defaultValue the value of an absent parameter; null for none
   * @param description one line for the OpenAPI document, with the unit
   * @return a parameter to read with {@link Call#number}, or with {@link Call#count} if it has a
   *     default
   */
  public static Param whole(
      String name, long min, long max, @Nullable Long defaultValue, String description) {
    return new Param(In.QUERY, name, new Type.Whole(min, max), defaultValue, description);
  }

  /**
   * A number of the query.
   *
   * @param name in the query
   * @param min the smallest valid value
   * @param max the largest valid value
   * @param defaultValue the value of an absent parameter
   * @param description one line for the OpenAPI document, with the unit
   * @return a parameter to read with {@link Call#seconds}
   */
  public static Param number(
      String name, double min, double max, double defaultValue, String description) {
    return new Param(In.QUERY, name, new Type.Decimal(min, max), defaultValue, description);
  }

  /**
   * A text of the query, of at most 4096 characters, without a default.
   *
   * @param name in the query
   * @param description one line for the OpenAPI document
   * @return a parameter to read with {@link Call#given}
   */
  public static Param text(String name, String description) {
    return new Param(In.QUERY, name, new Type.Text(MAX_TEXT_CHARS), null, description);
  }

  /**
   * A boolean of the query; false by default.
   *
   * @param name in the query
   * @param description one line for the OpenAPI document
   * @return a parameter to read with {@link Call#flag}
   */
  public static Param flag(String name, String description) {
    return new Param(In.QUERY, name, new Type.Flag(), false, description);
  }

  /**
   * One of some words in the query.
   *
   * @param name in the query
   * @param words the accepted values, case-sensitive
   * @param defaultValue the value of an absent parameter; null for none
   * @param description one line for the OpenAPI document
   * @return a parameter to read with {@link Call#given}, or with {@link Call#text} if it has a
   *     default
   */
  public static Param oneOf(
      String name, List<String> words, @Nullable String defaultValue, String description) {
    return new Param(In.QUERY, name, new Type.OneOf(words), defaultValue, description);
  }

  /**
   * A time of the query, without a default.
   *
   * @param name in the query
   * @param description one line for the OpenAPI document
   * @return a parameter to read with {@link Call#number}, in seconds since the epoch
   */
  public static Param time(String name, String description) {
    return new Param(In.QUERY, name, new Type.Time(), null, description);
  }

  /** The result of {@link #parse}. */
  sealed interface Parsed {
    record Value(Object value) implements Parsed {}

    record Fault(Problem problem) implements Parsed {}
  }

  /** Validates the decoded text of the parameter. */
  Parsed parse(String text) {
    return switch (type) {
      case Type.Whole whole -> whole(text, whole);
      case Type.Decimal number -> number(text, number);
      case Type.Text t ->
          text.length() <= t.maxChars()
              ? new Parsed.Value(text)
              : fault(
                  "string_too_long",
                  "String should have at most " + t.maxChars() + " characters",
                  text.substring(0, 40),
                  Map.of("max_length", t.maxChars()));
      case Type.Flag flag ->
          switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on", "t", "y" -> new Parsed.Value(true);
            case "false", "0", "no", "off", "f", "n" -> new Parsed.Value(false);
            default ->
                fault(
                    "bool_parsing",
                    "Input should be a valid boolean, unable to interpret input",
                    text,
                    null);
          };
      case Type.Uuid uuid -> {
        String canonical = Uuids.canonical(text);
        yield canonical == null
            ? fault("uuid_parsing", "Input should be a valid UUID", text, null)
            : new Parsed.Value(canonical);
      }
      case Type.OneOf oneOf ->
          oneOf.words().contains(text)
              ? new Parsed.Value(text)
              : new Parsed.Fault(Problem.notOneOf(oneOf.words(), place(), given(text)));
      case Type.Time time -> {
        Long seconds = Times.epochSeconds(text);
        yield seconds == null
            ? fault(
                "datetime_parsing",
                "Input should be an ISO-8601 instant or seconds since the epoch",
                text,
                null)
            : new Parsed.Value(seconds);
      }
    };
  }

  private Parsed whole(String text, Type.Whole range) {
    long value;
    try {
      value = Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      return fault(
          "int_parsing",
          "Input should be a valid integer, unable to parse string as an integer",
          text,
          null);
    }
    if (value < range.min()) {
      return fault(
          "greater_than_equal",
          "Input should be greater than or equal to " + range.min(),
          text,
          Map.of("ge", range.min()));
    }
    if (value > range.max()) {
      return fault(
          "less_than_equal",
          "Input should be less than or equal to " + range.max(),
          text,
          Map.of("le", range.max()));
    }
    return new Parsed.Value(value);
  }

  private Parsed number(String text, Type.Decimal range) {
    double value;
    try {
      value = Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (Double.isNaN(value)) {
      return fault(
          "float_parsing",
          "Input should be a valid number, unable to parse string as a number",
          text,
          null);
    }
    if (value < range.min()) {
      return fault(
          "greater_than_equal",
          "Input should be greater than or equal to " + plain(range.min()),
          text,
          Map.of("ge", range.min()));
    }
    if (value > range.max()) {
      return fault(
          "less_than_equal",
          "Input should be less than or equal to " + plain(range.max()),
          text,
          Map.of("le", range.max()));
    }
    return new Parsed.Value(value);
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private Parsed fault(
      String kind, String message, String given, @Nullable Map<String, Object> ctx) {
    return new Parsed.Fault(new Problem(kind, place(), message, given(given), ctx));
  }

  private List<Object> place() {
    return List.of(in.name().toLowerCase(Locale.ROOT), name);
  }

  private static JsonNode given(String text) {
    return JsonNodeFactory.instance.textNode(text);
  }

  /** The parameter's entry in the OpenAPI document. */
  ObjectNode openApi() {
    ObjectNode node = Json.object();
    node.put("name", name);
    node.put("in", in.name().toLowerCase(Locale.ROOT));
    node.put("required", in == In.PATH);
    node.put("description", description);
    ObjectNode schema = node.putObject("schema");
    switch (type) {
      case Type.Whole whole -> {
        schema.put("type", "integer").put("minimum", whole.min());
        if (whole.max() != Long.MAX_VALUE) {
          schema.put("maximum", whole.max());
        }
      }
      case Type.Decimal number ->
          schema.put("type", "number").put("minimum", number.min()).put("maximum", number.max());
      case Type.Text text -> schema.put("type", "string").put("maxLength", text.maxChars());
      case Type.Flag flag -> schema.put("type", "boolean");
      case Type.Uuid uuid -> schema.put("type", "string").put("format", "uuid");
      case Type.OneOf oneOf -> {
        schema.put("type", "string");
        oneOf.words().forEach(schema.putArray("enum")::add);
      }
      case Type.Time time -> schema.put("type", "string").put("format", "date-time");
    }
    if (defaultValue != null) {
      schema.set("default", Json.tree(defaultValue));
    }
    return node;
  }
}
