package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one JSON object and collects every fault instead of stopping at the first. A
 * reader asks for fields, builds its record with what it got, and its caller then calls {@link
 * #check}. Fields nobody asks for are ignored, as the contract wants.
 */
public final class Fields {
  /** Of whole numbers, the largest that every reader of JSON reads exactly. */
  public static final long LARGEST = (1L << 53) - 1;

  private static final Pattern UUID_FORM =
      Pattern.compile("(?:urn:uuid:)?\\{?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}}?");

  private final JsonNode node;
  private final List<Object> loc;
  private final List<Problem> problems;

  private Fields(JsonNode node, List<Object> loc, List<Problem> problems) {
    this.node = node;
    this.loc = loc;
    this.problems = problems;
    if (!node.isObject()) {
      note(
          new Problem(
              "model_attributes_type",
              loc,
              "Input should be a valid dictionary or object to extract fields from",
              node,
              null));
    }
  }

  /** The fields of a request's body. */
  public static Fields ofBody(JsonNode node) {
    return new Fields(node, List.of("body"), new ArrayList<>());
  }

  /** Throws if any fault was collected, here or in a nested object. */
  public void check() throws InvalidInput {
    if (!problems.isEmpty()) {
      throw new InvalidInput(problems);
    }
  }

  public boolean has(String name) {
    return node.has(name);
  }

  /** A string that must be there; an empty one when it is not, after the fault was noted. */
  public String requiredText(String name) {
    JsonNode value = node.get(name);
    if (value == null) {
      if (node.isObject()) {
        note(new Problem("missing", at(name), "Field required", node, null));
      }
      return "";
    }
    return textOf(name, value, "");
  }

  /** A string that may be absent but not null. */
  public String text(String name, String absent) {
    JsonNode value = node.get(name);
    return value == null ? absent : textOf(name, value, absent);
  }

  /** A string that may be absent; an explicit null is a fault. */
  public @Nullable String textNotNull(String name) {
    JsonNode value = node.get(name);
    return value == null ? null : textOf(name, value, "");
  }

  /** A string that may be absent or null. */
  public @Nullable String nullableText(String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : textOf(name, value, "");
  }

  private String textOf(String name, JsonNode value, String otherwise) {
    if (!value.isTextual()) {
      add("string_type", name, "Input should be a valid string", value);
      return otherwise;
    }
    String text = value.textValue();
    if (hasLoneSurrogate(text)) {
      // It has no UTF-8: stored, it would become another text.
      add(
          "string_unicode",
          name,
          "Input should be a valid string, unable to parse raw data as a unicode string",
          value);
      return otherwise;
    }
    return text;
  }

  private static boolean hasLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  /** A body of a million faults is not worth an answer of a million lines. */
  private void note(Problem problem) {
    if (problems.size() < InvalidInput.MOST) {
      problems.add(problem);
    }
  }

  private void add(String kind, String name, String message, JsonNode given) {
    note(new Problem(kind, at(name), message, given, null));
  }

  /** A whole number of at least {@code min}; absent or null gives null. */
  public @Nullable Long nullableCount(String name, long min) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    Long number = wholeNumber(value);
    if (number == null) {
      notWhole(name, value);
      return null;
    }
    if (number < min) {
      note(
          new Problem(
              "greater_than_equal",
              at(name),
              "Input should be greater than or equal to " + min,
              value,
              Map.of("ge", min)));
      return null;
    }
    return number;
  }

  /**
   * A whole number that somebody measured; what it says is not worth refusing the rest for, so one
   * that cannot be becomes the nearest that can: from 0 to {@link #LARGEST}.
   */
  public @Nullable Long nullableMeasure(String name) {
    JsonNode value = node.get(name);
    if (value != null && value.isNumber()) {
      return (long) Math.clamp(value.doubleValue(), 0.0, (double) LARGEST);
    }
    Long number = nullableCount(name, Long.MIN_VALUE);
    return number == null ? null : Math.clamp(number, 0, LARGEST);
  }

  private void notWhole(String name, JsonNode value) {
    if (value.isTextual() || value.isIntegralNumber()) {
      add(
          "int_parsing",
          name,
          "Input should be a valid integer, unable to parse string as an integer",
          value);
    } else if (value.isNumber()) {
      add(
          "int_from_float",
          name,
          "Input should be a valid integer, got a number with a fractional part",
          value);
    } else {
      add("int_type", name, "Input should be a valid integer", value);
    }
  }

  private static @Nullable Long wholeNumber(JsonNode value) {
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    }
    if (value.isFloatingPointNumber()
        && value.doubleValue() == Math.rint(value.doubleValue())
        && Math.abs(value.doubleValue()) < 1L << 53) {
      return (long) value.doubleValue();
    }
    if (value.isTextual()) {
      try {
        return Long.valueOf(value.textValue().strip());
      } catch (NumberFormatException e) {
        return null;
      }
    }
    return null;
  }

  /** A number; absent or null gives null. */
  public @Nullable Double nullableNumber(String name) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (value.isNumber()) {
      return value.doubleValue();
    }
    note(new Problem("float_type", at(name), "Input should be a valid number", value, null));
    return null;
  }

  /** A UUID in any of its standard spellings, given back lower case with hyphens. */
  public @Nullable String nullableUuid(String name) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    String uuid = value.isTextual() ? canonicalUuid(value.textValue()) : null;
    if (uuid == null) {
      note(new Problem("uuid_parsing", at(name), "Input should be a valid UUID", value, null));
    }
    return uuid;
  }

  /** The canonical spelling of a UUID, or null when the text is none. */
  public static @Nullable String canonicalUuid(String text) {
    if (!UUID_FORM.matcher(text).matches()) {
      return null;
    }
    String hex = text.replaceFirst("^urn:uuid:", "").replaceAll("[{}-]", "");
    return new UUID(Long.parseUnsignedLong(hex, 0, 16, 16), Long.parseUnsignedLong(hex, 16, 32, 16))
        .toString();
  }

  /** One of an enum's wire names; absent gives the default, null is a fault. */
  public <E extends Enum<E> & WireName> E oneOf(String name, Class<E> type, E absent) {
    JsonNode value = node.get(name);
    if (value == null) {
      return absent;
    }
    for (E constant : type.getEnumConstants()) {
      if (value.isTextual() && constant.wire().equals(value.textValue())) {
        return constant;
      }
    }
    String expected = listed(Arrays.stream(type.getEnumConstants()).map(WireName::wire).toList());
    note(
        new Problem(
            "enum", at(name), "Input should be " + expected, value, Map.of("expected", expected)));
    return absent;
  }

  /** Words as the original lists them: {@code 'a', 'b' or 'c'}. */
  public static String listed(List<String> words) {
    String all = words.stream().map(w -> "'" + w + "'").collect(Collectors.joining(", "));
    int last = all.lastIndexOf(", ");
    return last < 0 ? all : all.substring(0, last) + " or " + all.substring(last + 2);
  }

  /** A nested object; null when absent, and when null is given and allowed. */
  public @Nullable Fields nested(String name, boolean nullAllowed) {
    JsonNode value = node.get(name);
    if (value == null || (value.isNull() && nullAllowed)) {
      return null;
    }
    return new Fields(value, at(name), problems);
  }

  /** The objects of an array that must be there, each read in its turn. */
  public <T> List<T> requiredList(String name, Function<Fields, T> read) {
    JsonNode value = node.get(name);
    if (value == null) {
      if (node.isObject()) {
        note(new Problem("missing", at(name), "Field required", node, null));
      }
      return List.of();
    }
    if (!value.isArray()) {
      note(new Problem("list_type", at(name), "Input should be a valid list", value, null));
      return List.of();
    }
    List<T> items = new ArrayList<>(value.size());
    for (int i = 0; i < value.size(); i++) {
      List<Object> itemLoc = at(name);
      itemLoc.add(i);
      items.add(read.apply(new Fields(value.get(i), itemLoc, problems)));
    }
    return items;
  }

  /** Any JSON object, kept as it is; null when absent or null. */
  public @Nullable JsonNode nullableObject(String name) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isObject()) {
      note(new Problem("dict_type", at(name), "Input should be a valid dictionary", value, null));
      return null;
    }
    return value;
  }

  /** An object whose values are all strings; null when absent or null. */
  public @Nullable Map<String, String> nullableTexts(String name) {
    JsonNode object = nullableObject(name);
    if (object == null) {
      return null;
    }
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (entry.getValue().isTextual()) {
        texts.put(entry.getKey(), entry.getValue().textValue());
      } else {
        List<Object> entryLoc = at(name);
        entryLoc.add(entry.getKey());
        note(
            new Problem(
                "string_type", entryLoc, "Input should be a valid string", entry.getValue(), null));
      }
    }
    return texts;
  }

  private List<Object> at(String name) {
    List<Object> place = new ArrayList<>(loc);
    place.add(name);
    return place;
  }
}
