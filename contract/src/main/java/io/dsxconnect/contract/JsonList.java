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
 * A JSON object with one long list, cut into the list's items before any of them is read: their
 * number is known at the price of their bytes, and one that is not acceptable is a fault of its own
 * and not of the whole.
 */
public final class JsonList {
  /** Pieces are parsed with the usual bounds; here only what would take memory is bounded. */
  private static final JsonFactory CUTTING =
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
  private final List<Piece> items;
  private final ObjectNode rest;
  private final int longest;

  private record Piece(int from, int to) {}

  private JsonList(byte[] document, List<Piece> items, ObjectNode rest, int longest) {
    this.document = document;
    this.items = items;
    this.rest = rest;
    this.longest = longest;
  }

  /**
   * Cuts a document.
   *
   * @param name of the list
   * @param most items at most
   * @param longest item in bytes; a longer one is a fault of its own
   * @throws InvalidInput when it is not a JSON object with such a list
   */
  public static JsonList cut(byte[] document, String name, int most, int longest)
      throws InvalidInput {
    try (JsonParser parser = CUTTING.createParser(document)) {
      JsonToken first = parser.nextToken();
      if (first == null || first == JsonToken.VALUE_NULL) {
        throw InvalidInput.missingBody();
      }
      if (first != JsonToken.START_OBJECT) {
        throw InvalidInput.notAnObject("a JSON value of another kind");
      }
      ObjectNode rest = Json.object();
      List<Piece> items = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        JsonToken value = parser.nextToken();
        if (field.equals(name) && value == JsonToken.START_ARRAY && items == null) {
          items = pieces(parser, name, most);
        } else if (field.equals(name)) {
          throw notAList(name, value(parser, document));
        } else if (value.isStructStart()) {
          parser.skipChildren();
        } else {
          rest.set(field, value(parser, document));
        }
      }
      if (parser.nextToken() != null) {
        throw InvalidInput.notJson(parser.currentTokenLocation().getByteOffset(), AFTER);
      }
      if (items == null) {
        throw new InvalidInput(
            List.of(new Problem("missing", List.of("body", name), "Field required", rest, null)));
      }
      return new JsonList(document, items, rest, longest);
    } catch (JsonProcessingException e) {
      throw InvalidInput.notJson(Json.offset(e), "not valid JSON at byte ");
    } catch (IOException e) {
      throw new UncheckedIOException("reading JSON from memory", e);
    }
  }

  private static final String AFTER = "more than one JSON value, the second at byte ";

  private static InvalidInput notAList(String name, JsonNode given) {
    return new InvalidInput(
        List.of(
            new Problem(
                "list_type", List.of("body", name), "Input should be a valid list", given, null)));
  }

  /** What the parser stands at, read with the usual bounds. */
  private static JsonNode value(JsonParser parser, byte[] document)
      throws IOException, InvalidInput {
    Piece piece = piece(parser);
    return Json.parse(Arrays.copyOfRange(document, piece.from, piece.to));
  }

  /** Where the value is that the parser stands at; it is skipped. */
  private static Piece piece(JsonParser parser) throws IOException, InvalidInput {
    long from = parser.currentTokenLocation().getByteOffset();
    if (from < 0) {
      // A parser of characters: the document is UTF-16 or UTF-32.
      throw InvalidInput.notJson(0, "not UTF-8, which JSON is sent in; at byte ");
    }
    if (parser.currentToken().isScalarValue()) {
      parser.finishToken();
    }
    parser.skipChildren();
    return new Piece((int) from, (int) parser.currentLocation().getByteOffset());
  }

  private static List<Piece> pieces(JsonParser parser, String name, int most)
      throws IOException, InvalidInput {
    List<Piece> pieces = new ArrayList<>();
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      Piece piece = piece(parser);
      if (++count <= most) {
        pieces.add(piece);
      }
    }
    if (count > most) {
      throw new InvalidInput(
          List.of(
              new Problem(
                  "too_long",
                  List.of("body", name),
                  "List should have at most " + most + " items after validation, not " + count,
                  null,
                  Map.of("field_type", "List", "max_length", most, "actual_length", count))));
    }
    return pieces;
  }

  /** The object's other fields; objects and lists among them are left out. */
  public ObjectNode rest() {
    return rest;
  }

  public int size() {
    return items.size();
  }

  /**
   * One item.
   *
   * @throws InvalidInput when it is more than is taken
   */
  public JsonNode item(int index) throws InvalidInput {
    Piece piece = items.get(index);
    int length = piece.to - piece.from;
    if (length > longest) {
      throw new InvalidInput(
          List.of(
              new Problem(
                  "too_long",
                  List.of("body"),
                  "Input should have at most " + longest + " bytes, not " + length,
                  null,
                  Map.of("max_length", longest, "actual_length", length))));
    }
    return Json.parse(Arrays.copyOfRange(document, piece.from, piece.to));
  }

  /**
   * A text field of an object that cannot be read as a whole; null when there is none.
   *
   * @param document any bytes
   */
  public static @Nullable String textIn(byte[] document, String name) {
    try (JsonParser parser = CUTTING.createParser(document)) {
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

  /** As {@link #textIn} of one item. */
  public @Nullable String textIn(int index, String name) {
    Piece piece = items.get(index);
    return textIn(Arrays.copyOfRange(document, piece.from, piece.to), name);
  }
}
