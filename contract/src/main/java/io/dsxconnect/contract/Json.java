package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The one JSON configuration. Compact output, snake_case names, fields in the order they are
 * declared, nulls written. Input is bounded: nesting 40, strings 1 MiB, numbers 100 digits, names 1
 * KiB, two million tokens. What we wrote ourselves may nest to 64, because it has what came from
 * outside within.
 */
public final class Json {
  private static final int MAX_NESTING = 40;
  private static final int MAX_NESTING_STORED = 64;
  private static final int MAX_STRING = 1 << 20;
  private static final int MAX_TOKENS = 2_000_000;

  private static final ObjectMapper MAPPER = mapper(MAX_NESTING_STORED);
  private static final ObjectMapper OUTSIDE = mapper(MAX_NESTING);

  /** As Python's {@code json.dumps} writes: a space after colon and comma, ASCII. */
  private static final ObjectWriter SPACED =
      MAPPER
          .writer(
              new MinimalPrettyPrinter() {
                private static final long serialVersionUID = 1L;

                @Override
                public void writeObjectFieldValueSeparator(JsonGenerator g) throws IOException {
                  g.writeRaw(": ");
                }

                @Override
                public void writeObjectEntrySeparator(JsonGenerator g) throws IOException {
                  g.writeRaw(", ");
                }

                @Override
                public void writeArrayValueSeparator(JsonGenerator g) throws IOException {
                  g.writeRaw(", ");
                }
              })
          .with(JsonWriteFeature.ESCAPE_NON_ASCII);

  /** Half a surrogate pair has no UTF-8, but JSON has an escape for it. */
  private static final ObjectWriter ESCAPED =
      MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

  private Json() {}

  private static ObjectMapper mapper(int nesting) {
    return JsonMapper.builder(
            JsonFactory.builder()
                // The usual pool keeps a thread's buffers; a virtual thread lives for one task.
                .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(nesting)
                        .maxStringLength(MAX_STRING)
                        .maxNumberLength(100)
                        .maxNameLength(1024)
                        .maxTokenCount(MAX_TOKENS)
                        .build())
                .build())
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
        .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
        .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
        .build();
  }

  /**
   * Parses one JSON document that came from outside.
   *
   * @throws InvalidInput with the offset of the fault, never with the parser's own words (they name
   *     classes)
   */
  public static JsonNode parse(byte[] document) throws InvalidInput {
    return parse(OUTSIDE, document);
  }

  /**
   * Parses one JSON document that a core wrote: from storage, or an answer of its API.
   *
   * @throws InvalidInput as {@link #parse(byte[])}
   */
  public static JsonNode parseOwn(byte[] document) throws InvalidInput {
    return parse(MAPPER, document);
  }

  private static JsonNode parse(ObjectMapper mapper, byte[] document) throws InvalidInput {
    if (document.length == 0) {
      throw InvalidInput.missingBody();
    }
    try {
      JsonNode node = mapper.readTree(document);
      if (node == null || node.isMissingNode()) {
        throw InvalidInput.missingBody();
      }
      return node;
    } catch (StreamConstraintsException e) {
      throw InvalidInput.notJson(
          offset(e),
          "more than is taken: nested deeper than "
              + MAX_NESTING
              + " levels, a string over 1 MiB, a name over 1 KiB, a number over 100 digits or over"
              + " two million parts, at byte ");
    } catch (JsonProcessingException e) {
      throw InvalidInput.notJson(offset(e), "not valid JSON at byte ");
    } catch (IOException e) {
      throw new UncheckedIOException("reading JSON from memory", e);
    }
  }

  static long offset(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
  }

  /** Writes a record, map or node as compact UTF-8 JSON. */
  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      return escaped(value);
    }
  }

  private static byte[] escaped(Object value) {
    try {
      return ESCAPED.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
    }
  }

  /**
   * Writes a record, map or node as compact JSON text that has UTF-8: where it holds half a
   * surrogate pair, all of it but ASCII is escaped.
   */
  public static String text(Object value) {
    try {
      String text = MAPPER.writeValueAsString(value);
      return Surrogates.anyAlone(text) ? ESCAPED.writeValueAsString(value) : text;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
    }
  }

  /** One line of ASCII with a space after colons and commas, as rules for the original expect. */
  public static String spaced(Object value) {
    try {
      return SPACED.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
    }
  }

  /** The tree of a record as it would be written. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }
}
