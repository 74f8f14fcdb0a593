package io.dsxconnect.core.connector;

import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Stores small texts for registered connectors, such as the position in a change feed: at most 64
 * per connector, 256 KiB in total with their names, until 30 days after the last heartbeat. Every
 * method blocks for Redis and throws {@link io.dsxconnect.core.redis.RedisUnavailableException}
 * when it does not answer. Thread-safe.
 */
public final class ConnectorState {
  /** The form of a namespace and of a key. */
  public static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  private static final int MAX_TEXTS = 64;
  private static final int MAX_TOTAL_BYTES = 256 * 1024;
  private static final Duration TTL = Duration.ofDays(30);

  private final Redis redis;

  public ConnectorState(Redis redis) {
    this.redis = redis;
  }

  /** The outcome of {@link #put}. */
  public enum Kept {
    OK,
    /** No connector with this uuid is registered. */
    UNKNOWN,
    /** The connector would have more than 64 texts or 256 KiB. */
    FULL
  }

  /**
   * Stores a text, replacing the one under the same name.
   *
   * @param namespace matches {@link #NAME}
   * @param key matches {@link #NAME}
   */
  public Kept put(String uuid, String namespace, String key, String value) {
    String answer =
        redis.runText(
            Script.STATE,
            uuid,
            field(namespace, key),
            value,
            Integer.toString(MAX_TEXTS),
            Integer.toString(MAX_TOTAL_BYTES),
            Long.toString(TTL.toSeconds()));
    return Kept.valueOf(answer.toUpperCase(Locale.ROOT));
  }

  /** The stored text; empty when there is none. */
  public Optional<String> get(String uuid, String namespace, String key) {
    String kept = redis.call(c -> c.hget(redis.keys().of(Key.STATES, uuid), field(namespace, key)));
    return kept == null ? getFormat1(uuid, namespace, key) : Optional.of(kept);
  }

  /** A text stored in format 1; it expires 30 days after it was last read. */
  private Optional<String> getFormat1(String uuid, String namespace, String key) {
    String name = redis.keys().of(Key.STATE, uuid, namespace);
    String kept = redis.call(c -> c.hget(name, key));
    if (kept != null) {
      redis.call(c -> c.expire(name, TTL));
    }
    return Optional.ofNullable(kept);
  }

  /** Renews the time to live of a connector's texts, at its heartbeat. */
  static void alive(Redis redis, String uuid) {
    redis.call(c -> c.expire(redis.keys().of(Key.STATES, uuid), TTL));
  }

  /** Unambiguous, because {@link #NAME} allows no slash. */
  private static String field(String namespace, String key) {
    return namespace + "/" + key;
  }
}
