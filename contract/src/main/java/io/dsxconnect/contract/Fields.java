package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
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

  /** The default limit of a text in bytes of UTF-8. */
  static final int DEFAULT_MAX_BYTES = 8 * 1024;

  private final JsonNode node;
  private final Faults faults;
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

  private Fields(JsonNode node, Faults faults, Bounds bounds) {
    this.node = node;
    this.faults = faults;
    this.bounds = bounds;
    if (!node.isObject()) {
      faults.add(Problem.notAnObject(faults.place(), node));
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
    return new Fields(node, Faults.at(loc), Bounds.REFUSED);
  }

  /**
   * {@return the fields of a document that a core wrote; texts may have any length}
   *
   * @param node any JSON value; a value other than an object is a fault
   */
  public static Fields ofOwn(JsonNode node) {
    return new Fields(node, Faults.at(List.of("body")), Bounds.NONE);
  }

  /**
   * {@return the fields of the response to an outgoing call; texts that are too long are truncated}
   *
   * @param node any JSON value; a value other than an object is a fault
   */
  public static Fields ofAnswer(JsonNode node) {
    return new Fields(node, Faults.at(List.of("body")), Bounds.CUT);
  }

  /**
   * Returns if no fault was collected, here or in a nested object.
   *
   * @throws InvalidInput with the faults otherwise, at most 100
   */
  public void check() throws InvalidInput {
    faults.check();
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
        faults.add("missing", name, "Field required", node);
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
      faults.add("string_type", name, "Input should be a valid string", value);
      return otherwise;
    }
    String text = value.textValue();
    if (bounds == Bounds.NONE || text.length() <= max / 3 || Surrogates.bytes(text) <= max) {
      return text;
    }
    if (bounds == Bounds.CUT) {
      return text.substring(0, max / 3) + "...";
    }
    faults.add(
        "string_too_long",
        name,
        "String should have at most " + max + " bytes",
        value,
        Map.of("max_length", max));
    return otherwise;
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
    return switch (WholeNumber.of(value)) {
      case WholeNumber.Value(long number) when number >= min -> number;
      case WholeNumber.Value tooSmall -> {
        String message = "Input should be greater than or equal to " + min;
        faults.add("greater_than_equal", name, message, value, Map.of("ge", min));
        yield null;
      }
      case WholeNumber.Fault fault -> {
        faults.add(fault.type(), name, fault.message(), value);
        yield null;
      }
    };
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
    faults.add("float_type", name, "Input should be a valid number", value);
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
      faults.add(
          "string_pattern_mismatch", name, "String should have 64 hex digits", node.get(name));
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
    String uuid = value.isTextual() ? Uuids.canonical(value.textValue()) : null;
    if (uuid == null) {
      faults.add("uuid_parsing", name, "Input should be a valid UUID", value);
    }
    return uuid;
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
    List<String> words = Arrays.stream(type.getEnumConstants()).map(WireName::wire).toList();
    faults.add(Problem.notOneOf(words, faults.place(name), value));
    return absent;
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
    return new Fields(value, faults.in(name), bounds);
  }

  /**
   * Records a fault if this object, in a request, is too large or nests too deeply.
   *
   * @param max the limit of its JSON in bytes
   * @param depth the limit of nested objects and lists, including this one
   */
  public void requireWithin(int max, int depth) {
    if (bounds == Bounds.REFUSED && JsonSize.nestsDeeper(node, depth)) {
      faults.add(
          new Problem(
              "too_deep",
              faults.place(),
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
    if (bounds != Bounds.REFUSED || JsonSize.maxBytes(node) <= max) {
      return;
    }
    int bytes = Json.bytes(read).length;
    if (bytes > max) {
      faults.add(
          new Problem(
              "too_long",
              faults.place(),
              "Input should have at most " + max + " bytes, not " + bytes,
              null,
              Map.of("max_length", max, "actual_length", bytes)));
    }
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
      faults.add("dict_type", name, "Input should be a valid dictionary", value);
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
        faults
            .in(name)
            .add("string_type", entry.getKey(), "Input should be a valid string", entry.getValue());
      }
    }
    return texts;
  }
}
