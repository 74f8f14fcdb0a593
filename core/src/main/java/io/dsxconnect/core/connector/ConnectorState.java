package io.dsxconnect.core.connector;

import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Small texts that registered connectors keep with us, such as the place in a change feed: at most
 * 64, of 256 KiB together, until 30 days after the last heartbeat.
 */
public final class ConnectorState {
  /** What a namespace or a key may be. */
  public static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  private static final int FIELDS = 64;
  private static final int BYTES = 256 * 1024;
  private static final Duration LIFE = Duration.ofDays(30);

  private final Redis redis;

  public ConnectorState(Redis redis) {
    this.redis = redis;
  }

  /** What came of keeping a text. */
  public enum Kept {
    OK,
    /** No connector with this uuid is registered. */
    UNKNOWN,
    /** It would be one too many, or too much together. */
    FULL
  }

  public Kept put(String uuid, String namespace, String key, String value) {
    String answer =
        redis.runText(
            Script.STATE,
            uuid,
            field(namespace, key),
            value,
            Integer.toString(FIELDS),
            Integer.toString(BYTES),
            Long.toString(LIFE.toSeconds()));
    return Kept.valueOf(answer.toUpperCase(Locale.ROOT));
  }

  public Optional<String> get(String uuid, String namespace, String key) {
    String kept = redis.call(c -> c.hget(redis.keys().of(Key.STATES, uuid), field(namespace, key)));
    return kept == null ? older(uuid, namespace, key) : Optional.of(kept);
  }

  /** Of format 1; it goes when nobody has asked for it for as long. */
  private Optional<String> older(String uuid, String namespace, String key) {
    String name = redis.keys().of(Key.STATE, uuid, namespace);
    String kept = redis.call(c -> c.hget(name, key));
    if (kept != null) {
      redis.call(c -> c.expire(name, LIFE));
    }
    return Optional.ofNullable(kept);
  }

  /** A heartbeat: what the connector keeps stays. */
  static void alive(Redis redis, String uuid) {
    redis.call(c -> c.expire(redis.keys().of(Key.STATES, uuid), LIFE));
  }

  /** A slash is in no name. */
  private static String field(String namespace, String key) {
    return namespace + "/" + key;
  }
}
