package io.dsxconnect.core.record;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.record.RecordIndex.Bounds;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import io.lettuce.core.KeyValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds the records of versions without the index to it, the newest first, a few at a time. Begins
 * when no process of such a version has written for 10 minutes, because it could change a record
 * that was added. Thread-safe, also across processes.
 */
@ThreadSafe
public final class RecordIndexer {
  private static final Logger log = LoggerFactory.getLogger(RecordIndexer.class);

  /** Pages per call: 256 records in 2 s are some 1,000 in 10 s. */
  private static final int MAX_PAGES = 4;

  private final Redis redis;
  private final RecordIndex index;

  public RecordIndexer(Redis redis) {
    this.redis = redis;
    this.index = new RecordIndex(redis, new RecordReader(redis));
  }

  /**
   * Adds at most 256 records. Call it every few seconds. Blocks for Redis.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer
   */
  public void upkeep() {
    for (int i = 0; i < MAX_PAGES && added(); i++) {}
  }

  /** Whether it went on. */
  private boolean added() {
    Bounds bounds = index.bounds();
    if (bounds.newest() > bounds.last()) {
      // A version without the index wrote the last records: begins again.
      redis.runInteger(Script.REINDEX, Long.toString(bounds.first()), "");
      return false;
    }
    if (redis.call(c -> c.exists(redis.keys().of(Key.INDEXED))) == 0) {
      return redis.runInteger(Script.REINDEX, "", "") == 1;
    }
    long to = bounds.first() - 1;
    if (to < bounds.oldest()) {
      return false;
    }
    long from = Math.max(bounds.oldest(), to - RecordReader.PAGE_RECORDS + 1);
    boolean done = redis.runInteger(Script.REINDEX, arguments(from, to)) == 1;
    if (done && from == bounds.oldest()) {
      log.info("the index of records covers all {} records", bounds.newest() - from + 1);
    }
    return done;
  }

  private List<String> arguments(long from, long to) {
    List<String> arguments = new ArrayList<>();
    arguments.add(Long.toString(to + 1));
    arguments.add(Long.toString(from));
    String[] names =
        LongStream.rangeClosed(from, to)
            .mapToObj(number -> redis.keys().of(Key.RESULT, number))
            .toArray(String[]::new);
    long number = from;
    for (KeyValue<String, String> record : redis.call(c -> c.mget(names))) {
      arguments.add(Long.toString(number++));
      arguments.add(record.hasValue() ? sha1(record.getValue()) : "");
      arguments.add(record.hasValue() ? parts(record.getKey(), record.getValue()) : "");
    }
    return arguments;
  }

  /** No parts for a malformed record, which no search shows either. */
  private static String parts(String key, String json) {
    return RecordReader.readable(key, json)
        .map(record -> String.join(" ", RecordIndex.partsOf(record)))
        .orElse("");
  }

  private static String sha1(String json) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(json.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
