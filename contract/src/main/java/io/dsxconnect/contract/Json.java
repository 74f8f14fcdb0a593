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
import java.io.CharConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The JSON configuration of the whole product: compact output, snake_case names, fields in the
 * order of declaration, nulls written. Input is limited to 40 levels of nesting, strings of 1 MiB,
 * numbers of 100 digits, names of 1 KiB and two million tokens. Documents that the product wrote
 * may have 64 levels, because they contain input. Thread-safe.
 */
public final class Json {
  private static final int MAX_NESTING = 40;
  private static final int MAX_NESTING_OWN = 64;
  private static final int MAX_STRING_CHARS = 1 << 20;
  private static final int MAX_TOKENS = 2_000_000;

  private static final ObjectMapper MAPPER = mapper(MAX_NESTING_OWN);
  private static final ObjectMapper INPUT_MAPPER = mapper(MAX_NESTING);

  /** The format of Python's {@code json.dumps}: a space after colon and comma, ASCII. */
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

  /** For lone surrogates, which UTF-8 cannot encode but JSON can escape. */
  private static final ObjectWriter ESCAPED =
      MAPPER.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);

  private Json() {}

  private static ObjectMapper mapper(int nesting) {
    return JsonMapper.builder(
            JsonFactory.builder()
                // The default pool keeps buffers per thread; a virtual thread lives for one task.
                .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(nesting)
                        .maxStringLength(MAX_STRING_CHARS)
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
   * Parses one JSON document from another program.
   *
   * @param document in UTF-8; UTF-16 and UTF-32 are recognized
   * @return any JSON value, also null as a node
   * @throws InvalidInput if it is empty, not JSON or exceeds a limit; with the offset of the fault,
   *     but without the parser's message, which names classes
   */
  public static JsonNode parse(byte[] document) throws InvalidInput {
    return parse(INPUT_MAPPER, document);
  }

  /**
   * Parses one JSON document that a core wrote: from storage, or a response of its API.
   *
   * @param document in UTF-8
   * @return any JSON value, also null as a node
   * @throws InvalidInput see {@link #parse(byte[])}
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
          "over a limit: nested deeper than "
              + MAX_NESTING
              + " levels, a string over 1 MiB, a name over 1 KiB, a number over 100 digits, or over"
              + " two million parts, at byte ");
    } catch (JsonProcessingException e) {
      throw InvalidInput.notJson(offset(e), "not valid JSON at byte ");
    } catch (CharConversionException e) {
      // Bytes that look like UTF-32 and are not.
      throw InvalidInput.notJson(0, "not valid JSON at byte ");
    } catch (IOException e) {
      throw new UncheckedIOException("reading JSON from memory", e);
    }
  }

  static long offset(JsonProcessingException e) {
    return e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
  }

  /**
   * Writes compact JSON in UTF-8. A document with a lone surrogate is written with all non-ASCII
   * characters escaped.
   *
   * @param value a record, map, list or node
   * @return the document, without a line break at its end
   * @throws IllegalArgumentException if it cannot be written as JSON
   */
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
   * Writes compact JSON text that can be encoded as UTF-8: if it contains a lone surrogate, all
   * non-ASCII characters are escaped.
   *
   * @param value a record, map, list or node
   * @return the document, in one line
   * @throws IllegalArgumentException if it cannot be written as JSON
   */
  public static String text(Object value) {
    try {
      String text = MAPPER.writeValueAsString(value);
      return Surrogates.anyAlone(text) ? ESCAPED.writeValueAsString(value) : text;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
    }
  }

  /**
   * Writes one line of ASCII with a space after colons and commas, as SIEM rules for the original
   * product expect.
   *
   * @param value a record, map, list or node
   * @return the document, without a line break at its end
   * @throws IllegalArgumentException if it cannot be written as JSON
   */
  public static String spaced(Object value) {
    try {
      return SPACED.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
    }
  }

  /**
   * Converts a record to the JSON tree that would be written.
   *
   * @param value a record, map, list or node
   * @return a tree that the caller may change
   * @throws IllegalArgumentException if it cannot be written as JSON
   */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** {@return a new empty object} */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }
}
