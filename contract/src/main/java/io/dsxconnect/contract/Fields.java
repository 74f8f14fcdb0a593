package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one JSON object and collects all faults instead of stopping at the first.
 * Read the fields, build the record with them, and then call {@link #check}: a field with a fault
 * has a placeholder value. Other fields are ignored, as the contract requires. Not thread-safe.
 */
public final class Fields {
  /** The largest integer that every JSON parser represents exactly (2^53 - 1). */
  public static final long MAX_EXACT_INTEGER = (1L << 53) - 1;

  private static final Pattern SHA256_FORM = Pattern.compile("[0-9a-fA-F]{64}");

  private static final Pattern UUID_FORM =
      Pattern.compile("(?:urn:uuid:)?\\{?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}}?");

  /** The default limit of a text in bytes of UTF-8. */
  static final int DEFAULT_MAX_BYTES = 8 * 1024;

  private final JsonNode node;
  private final List<Object> loc;
  private final List<Problem> problems;

  private final Bounds bounds;

  /** How a text above its limit is handled. */
  private enum Bounds {
    /** It is a fault. */
    REFUSED,
    /** It is truncated: the rest of an answer is worth more than the text. */
    CUT,
    /** It is accepted: it was checked when it was received. */
    NONE
  }

  private Fields(JsonNode node, List<Object> loc, List<Problem> problems, Bounds bounds) {
    this.node = node;
    this.loc = loc;
    this.problems = problems;
    this.bounds = bounds;
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

  /**
   * {@return the fields of a request's body}
   *
   * @param node any JSON value; a value other than an object is a fault
   */
  public static Fields ofBody(JsonNode node) {
    return at(node, List.of("body"));
  }

  /**
   * {@return the fields of a part of a request's body}
   *
   * @param node any JSON value; a value other than an object is a fault
   * @param loc the place of the part, for faults
   */
  public static Fields at(JsonNode node, List<Object> loc) {
    return new Fields(node, loc, new ArrayList<>(), Bounds.REFUSED);
  }

  /**
   * {@return the fields of a document that a core wrote; texts may have any length}
   *
   * @param node any JSON value; a value other than an object is a fault
   */
  public static Fields ofOwn(JsonNode node) {
    return new Fields(node, List.of("body"), new ArrayList<>(), Bounds.NONE);
  }

  /**
   * {@return the fields of the response to an outgoing call; texts that are too long are truncated}
   *
   * @param node any JSON value; a value other than an object is a fault
   */
  public static Fields ofAnswer(JsonNode node) {
    return new Fields(node, List.of("body"), new ArrayList<>(), Bounds.CUT);
  }

  /**
   * Returns if no fault was collected, here or in a nested object.
   *
   * @throws InvalidInput with the faults otherwise, at most 100
   */
  public void check() throws InvalidInput {
    if (!problems.isEmpty()) {
      throw new InvalidInput(problems);
    }
  }

  /**
   * {@return whether the field is present, even as null}
   *
   * @param name of the field
   */
  public boolean has(String name) {
    return node.has(name);
  }

  /**
   * Like {@link #requiredText(String, int)}, with a limit of 8 KiB.
   *
   * @param name of the field
   * @return the text; empty if there is a fault
   */
  public String requiredText(String name) {
    return requiredText(name, DEFAULT_MAX_BYTES);
  }

  /**
   * Reads a string that must be present.
   *
   * @param name of the field
   * @param max the limit in bytes of UTF-8, as in all methods here; a lone surrogate counts as
   *     three
   * @return the text; empty if there is a fault
   */
  public String requiredText(String name, int max) {
    JsonNode value = node.get(name);
    if (value == null) {
      if (node.isObject()) {
        note(new Problem("missing", at(name), "Field required", node, null));
      }
      return "";
    }
    return textOf(name, value, "", max);
  }

  /**
   * Reads a string that may be absent, with a default; null is a fault.
   *
   * @param name of the field
   * @param absent the value if it is absent or a fault
   * @param max the limit in bytes of UTF-8
   * @return the text or the default
   */
  public String text(String name, String absent, int max) {
    JsonNode value = node.get(name);
    return value == null ? absent : textOf(name, value, absent, max);
  }

  /**
   * Reads a string that may be absent; an explicit null is a fault.
   *
   * @param name of the field
   * @param max the limit in bytes of UTF-8
   * @return null if it is absent; empty if there is a fault
   */
  public @Nullable String textNotNull(String name, int max) {
    JsonNode value = node.get(name);
    return value == null ? null : textOf(name, value, "", max);
  }

  /**
   * Reads a string of at most 8 KiB that may be absent or null.
   *
   * @param name of the field
   * @return null if it is absent or null; empty if there is a fault
   */
  public @Nullable String nullableText(String name) {
    return nullableText(name, DEFAULT_MAX_BYTES);
  }

  /**
   * Reads a string that may be absent or null.
   *
   * @param name of the field
   * @param max the limit in bytes of UTF-8
   * @return null if it is absent or null; empty if there is a fault
   */
  public @Nullable String nullableText(String name, int max) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : textOf(name, value, "", max);
  }

  private String textOf(String name, JsonNode value, String otherwise, int max) {
    if (!value.isTextual()) {
      add("string_type", name, "Input should be a valid string", value);
      return otherwise;
    }
    String text = value.textValue();
    if (bounds == Bounds.NONE || text.length() <= max / 3 || Surrogates.bytes(text) <= max) {
      return text;
    }
    if (bounds == Bounds.CUT) {
      return text.substring(0, max / 3) + "...";
    }
    note(
        new Problem(
            "string_too_long",
            at(name),
            "String should have at most " + max + " bytes",
            value,
            Map.of("max_length", max)));
    return otherwise;
  }

  /** Collects up to 100 faults, so that the answer to a body with a million faults stays short. */
  private void note(Problem problem) {
    if (problems.size() < InvalidInput.MAX_PROBLEMS) {
      problems.add(problem);
    }
  }

  private void add(String kind, String name, String message, JsonNode given) {
    note(new Problem(kind, at(name), message, given, null));
  }

  /**
   * Reads a whole number, which may be written as a string or with a zero fraction.
   *
   * @param name of the field
   * @param min a smaller number is a fault
   * @return null if it is absent, null or a fault
   */
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
   * Reads a whole number that another program measured, clamped to 0 .. {@link #MAX_EXACT_INTEGER}:
   * an implausible one does not refuse the rest. Text that is not a number is a fault.
   *
   * @param name of the field
   * @return null if it is absent, null or a fault
   */
  public @Nullable Long nullableMeasure(String name) {
    JsonNode value = node.get(name);
    if (value != null && value.isNumber()) {
      return (long) Math.clamp(value.doubleValue(), 0.0, (double) MAX_EXACT_INTEGER);
    }
    Long number = nullableCount(name, Long.MIN_VALUE);
    return number == null ? null : Math.clamp(number, 0, MAX_EXACT_INTEGER);
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

  /**
   * Reads a finite number.
   *
   * @param name of the field
   * @return null if it is absent, null or a fault
   */
  public @Nullable Double nullableNumber(String name) {
    JsonNode value = node.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    // A number that is too large is read as infinity, which JSON cannot represent.
    if (value.isNumber() && Double.isFinite(value.doubleValue())) {
      return value.doubleValue();
    }
    note(new Problem("float_type", at(name), "Input should be a valid number", value, null));
    return null;
  }

  /**
   * Reads a SHA-256 as 64 hex digits, checked in requests only.
   *
   * @param name of the field
   * @return null if it is absent or null
   */
  public @Nullable String nullableSha256(String name) {
    String text = nullableText(name);
    if (bounds == Bounds.REFUSED && text != null && !SHA256_FORM.matcher(text).matches()) {
      add("string_pattern_mismatch", name, "String should have 64 hex digits", node.get(name));
    }
    return text;
  }

  /**
   * Reads a UUID in any standard notation.
   *
   * @param name of the field
   * @return in lower case with hyphens; null if it is absent, null or a fault
   */
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

  /**
   * {@return the canonical notation of a UUID, in lower case with hyphens; null if the text is not
   * a UUID}
   *
   * @param text in any standard notation: with or without hyphens, braces and {@code urn:uuid:}
   */
  public static @Nullable String canonicalUuid(String text) {
    if (!UUID_FORM.matcher(text).matches()) {
      return null;
    }
    String hex = text.replaceFirst("^urn:uuid:", "").replaceAll("[{}-]", "");
    return new UUID(Long.parseUnsignedLong(hex, 0, 16, 16), Long.parseUnsignedLong(hex, 16, 32, 16))
        .toString();
  }

  /**
   * Reads one of an enum's wire names, case-sensitive; any other value, also null, is a fault.
   *
   * @param <E> the enum
   * @param name of the field
   * @param type the enum
   * @param absent the value if it is absent or a fault
   * @return the constant or the default
   */
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

  /**
   * {@return words in the format of the original product: {@code 'a', 'b' or 'c'}}
   *
   * @param words without commas
   */
  public static String listed(List<String> words) {
    String all = words.stream().map(w -> "'" + w + "'").collect(Collectors.joining(", "));
    int last = all.lastIndexOf(", ");
    return last < 0 ? all : all.substring(0, last) + " or " + all.substring(last + 2);
  }

  /**
   * Reads a nested object, whose faults are collected here.
   *
   * @param name of the field
   * @param nullAllowed whether null counts as absent; otherwise it is a fault
   * @return null if it is absent, or null and allowed
   */
  public @Nullable Fields nested(String name, boolean nullAllowed) {
    JsonNode value = node.get(name);
    if (value == null || (value.isNull() && nullAllowed)) {
      return null;
    }
    return new Fields(value, at(name), problems, bounds);
  }

  /**
   * Records a fault if this object, in a request, is too large or nests too deeply.
   *
   * @param max the limit of its JSON in bytes
   * @param depth the limit of nested objects and lists, including this one
   */
  public void requireWithin(int max, int depth) {
    if (bounds == Bounds.REFUSED && nestsDeeper(node, depth)) {
      note(
          new Problem(
              "too_deep",
              loc,
              "Input should nest at most " + depth + " levels",
              null,
              Map.of("max_depth", depth)));
    } else {
      requireWithin(max, node);
    }
  }

  /**
   * Records a fault if a value that was read from this object, in a request, is too large.
   *
   * @param max the limit of its JSON in bytes
   * @param read the value that was read
   */
  public void requireWithin(int max, Object read) {
    if (bounds != Bounds.REFUSED || maxJsonBytes(node) <= max) {
      return;
    }
    int bytes = Json.bytes(read).length;
    if (bytes > max) {
      note(
          new Problem(
              "too_long",
              loc,
              "Input should have at most " + max + " bytes, not " + bytes,
              null,
              Map.of("max_length", max, "actual_length", bytes)));
    }
  }

  /** An upper bound of a node's JSON in bytes, which is cheaper than writing it. */
  private static long maxJsonBytes(JsonNode node) {
    long bytes = 32;
    if (node.isTextual()) {
      // The longest escape of a character has six bytes.
      return bytes + 6L * node.textValue().length();
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      bytes += 6L * field.getKey().length() + maxJsonBytes(field.getValue());
    }
    if (node.isArray()) {
      for (JsonNode item : node) {
        bytes += maxJsonBytes(item);
      }
    }
    return bytes;
  }

  private static boolean nestsDeeper(JsonNode node, int depth) {
    if (!node.isContainerNode()) {
      return false;
    }
    if (depth == 0) {
      return true;
    }
    for (JsonNode part : node) {
      if (nestsDeeper(part, depth - 1)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads the texts of a list that may be absent; items of other types are ignored.
   *
   * @param name of the field
   * @param max how many texts are read; further ones are ignored
   * @return a new list, empty if there are none
   */
  public List<String> texts(String name, int max) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : node.path(name)) {
      if (item.isTextual() && texts.size() < max) {
        texts.add(item.textValue());
      }
    }
    return texts;
  }

  /**
   * Reads any JSON object, unchanged.
   *
   * @param name of the field
   * @return null if it is absent, null or a fault; not a copy
   */
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

  /**
   * Reads an object whose values must be strings.
   *
   * @param name of the field
   * @return in the order of the JSON, without invalid values; null if it is absent, null or not an
   *     object
   */
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
