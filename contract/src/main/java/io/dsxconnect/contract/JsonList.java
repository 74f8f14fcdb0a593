package io.dsxconnect.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object with one long list. The list is split into items without parsing them: the number
 * of items is known without building them in memory, and an invalid item is a fault of that item
 * only. Immutable, except for {@link #rest}.
 */
public final class JsonList {
  /** For splitting, which only needs a limit on nesting; items are parsed with the usual limits. */
  private static final JsonFactory SPLITTER =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(1000)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final byte[] document;
  private final List<Range> items;
  private final ObjectNode rest;
  private final int maxItemBytes;

  private record Range(int from, int to) {}

  private JsonList(byte[] document, List<Range> items, ObjectNode rest, int maxItemBytes) {
    this.document = document;
    this.items = items;
    this.rest = rest;
    this.maxItemBytes = maxItemBytes;
  }

  /**
   * Splits a document, which must not change afterwards.
   *
   * @param document a JSON object in UTF-8; not copied
   * @param name the field with the list
   * @param maxItems the maximum number of items
   * @param maxItemBytes the maximum length of one item in bytes; {@link #item} checks it
   * @return the list, with items that are not parsed yet
   * @throws InvalidInput if the document is not a JSON object with such a list in UTF-8, or the
   *     list has more items
   */
  public static JsonList split(byte[] document, String name, int maxItems, int maxItemBytes)
      throws InvalidInput {
    try (JsonParser parser = SPLITTER.createParser(document)) {
      JsonToken first = parser.nextToken();
      if (first == null || first == JsonToken.VALUE_NULL) {
        throw InvalidInput.missingBody();
      }
      if (first != JsonToken.START_OBJECT) {
        throw InvalidInput.notAnObject("a JSON value of another kind");
      }
      ObjectNode rest = Json.object();
      List<Range> items = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals(name) && value == JsonToken.START_ARRAY && items == null) {
          items = ranges(parser, name, maxItems);
        } else if (field.equals(name)) {
          throw notAList(name, value(parser, document));
        } else if (value.isStructStart()) {
          parser.skipChildren();
        } else {
          rest.set(field, value(parser, document));
        }
      }
      if (parser.nextToken() != null) {
        throw InvalidInput.notJson(parser.currentTokenLocation().getByteOffset(), SECOND_VALUE);
      }
      if (items == null) {
        throw new InvalidInput(
            List.of(new Problem("missing", List.of("body", name), "Field required", rest, null)));
      }
      return new JsonList(document, items, rest, maxItemBytes);
    } catch (JsonProcessingException e) {
      throw InvalidInput.notJson(Json.offset(e), "not valid JSON at byte ");
    } catch (IOException e) {
      throw new UncheckedIOException("reading JSON from memory", e);
    }
  }

  private static final String SECOND_VALUE = "more than one JSON value, the second at byte ";

  private static InvalidInput notAList(String name, JsonNode given) {
    return new InvalidInput(
        List.of(
            new Problem(
                "list_type", List.of("body", name), "Input should be a valid list", given, null)));
  }

  /** Parses the value at the parser's position, with the usual limits. */
  private static JsonNode value(JsonParser parser, byte[] document)
      throws IOException, InvalidInput {
    Range range = range(parser);
    return Json.parse(Arrays.copyOfRange(document, range.from, range.to));
  }

  /** Skips the value at the parser's position and returns its range. */
  private static Range range(JsonParser parser) throws IOException, InvalidInput {
    long from = parser.currentTokenLocation().getByteOffset();
    if (from < 0) {
      // The parser reads characters, so the document is UTF-16 or UTF-32.
      throw InvalidInput.notJson(0, "not UTF-8, the encoding of JSON; at byte ");
    }
    if (parser.currentToken().isScalarValue()) {
      parser.finishToken();
    }
    parser.skipChildren();
    return new Range((int) from, (int) parser.currentLocation().getByteOffset());
  }

  private static List<Range> ranges(JsonParser parser, String name, int maxItems)
      throws IOException, InvalidInput {
    List<Range> ranges = new ArrayList<>();
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      Range range = range(parser);
      if (++count <= maxItems) {
        ranges.add(range);
      }
    }
    if (count > maxItems) {
      throw new InvalidInput(
          List.of(
              new Problem(
                  "too_long",
                  List.of("body", name),
                  "List should have at most " + maxItems + " items after validation, not " + count,
                  null,
                  Map.of("field_type", "List", "max_length", maxItems, "actual_length", count))));
    }
    return ranges;
  }

  /** {@return the object's other fields, without those that are objects or lists; not a copy} */
  public ObjectNode rest() {
    return rest;
  }

  /** {@return the number of items} */
  public int size() {
    return items.size();
  }

  /**
   * Parses one item, at each call.
   *
   * @param index from 0
   * @return the item, any JSON value
   * @throws InvalidInput if it is not JSON, is too long or exceeds another limit of {@link
   *     Json#parse}
   * @throws IndexOutOfBoundsException if there is no such item
   */
  public JsonNode item(int index) throws InvalidInput {
    Range range = items.get(index);
    int length = range.to - range.from;
    if (length > maxItemBytes) {
      throw new InvalidInput(
          List.of(
              new Problem(
                  "too_long",
                  List.of("body"),
                  "Input should have at most " + maxItemBytes + " bytes, not " + length,
                  null,
                  Map.of("max_length", maxItemBytes, "actual_length", length))));
    }
    return Json.parse(Arrays.copyOfRange(document, range.from, range.to));
  }

  /**
   * Finds a text field of an object that cannot be parsed as a whole, for example because it
   * exceeds a limit.
   *
   * @param document any bytes
   * @param name of a field at the top level
   * @return the first such text; null if none is found before the first fault
   */
  public static @Nullable String textIn(byte[] document, String name) {
    try (JsonParser parser = SPLITTER.createParser(document)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = parser.currentName().equals(name);
        if (parser.nextToken() == JsonToken.VALUE_STRING && wanted) {
          return parser.getText();
        }
        parser.skipChildren();
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Like {@link #textIn(byte[], String)}, for one item.
   *
   * @param index from 0
   * @param name of a field at the item's top level
   * @return null if no such field is found
   * @throws IndexOutOfBoundsException if there is no such item
   */
  public @Nullable String textIn(int index, String name) {
    Range range = items.get(index);
    return textIn(Arrays.copyOfRange(document, range.from, range.to), name);
  }
}
