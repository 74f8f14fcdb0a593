package io.dsxconnect.core.record;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.lettuce.core.KeyValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads records by number. Blocks for Redis. Thread-safe. */
@ThreadSafe
public final class RecordReader {
  private static final Logger log = LoggerFactory.getLogger(RecordReader.class);

  /** A record has about 100 KiB at most, so a page has a few MiB. */
  static final int PAGE_RECORDS = 64;

  private final Redis redis;

  RecordReader(Redis redis) {
    this.redis = redis;
  }

  /** The records with these numbers that exist and can be read, in this order. */
  List<ScanResult> read(List<String> numbers) {
    return read(numbers, json -> true);
  }

  /**
   * The records that exist, can be read, and whose JSON passes.
   *
   * @param worth whether to parse a record; parsing costs far more than reading
   */
  List<ScanResult> read(List<String> numbers, Predicate<String> worth) {
    List<ScanResult> records = new ArrayList<>(numbers.size());
    each(
        numbers,
        (key, json) -> {
          if (worth.test(json)) {
            readable(key, json).ifPresent(records::add);
          }
        });
    return records;
  }

  /** What a sorted search needs of the records that exist and can be read, in this order. */
  List<RecordSketch> sketches(List<String> numbers) {
    List<RecordSketch> sketches = new ArrayList<>(numbers.size());
    each(numbers, (key, json) -> RecordSketch.read(json).ifPresent(sketches::add));
    return sketches;
  }

  private void each(List<String> numbers, BiConsumer<String, String> record) {
    for (int at = 0; at < numbers.size(); at += PAGE_RECORDS) {
      String[] names =
          numbers.subList(at, Math.min(numbers.size(), at + PAGE_RECORDS)).stream()
              .map(number -> redis.keys().of(Key.RESULT, number))
              .toArray(String[]::new);
      for (KeyValue<String, String> found : redis.call(c -> c.mget(names))) {
        if (found.hasValue()) {
          record.accept(found.getKey(), found.getValue());
        }
      }
    }
  }

  /**
   * Parses a stored record.
   *
   * @throws IllegalStateException when it is malformed
   */
  public static ScanResult parse(String json) {
    try {
      return ScanResult.read(Json.parseOwn(json.getBytes(StandardCharsets.UTF_8)));
    } catch (InvalidInput e) {
      throw new IllegalStateException("a stored result is not readable: " + e.getMessage(), e);
    }
  }

  /** Empty for a malformed record, which must not hide the others. */
  static Optional<ScanResult> readable(String key, String json) {
    try {
      return Optional.of(parse(json));
    } catch (IllegalStateException e) {
      log.warn("{} is skipped: {}", key, e.getMessage());
      return Optional.empty();
    }
  }
}
