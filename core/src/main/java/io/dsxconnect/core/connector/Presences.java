package io.dsxconnect.core.connector;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Range;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads all connectors with their heartbeats: those that are registered, and those that are gone
 * for at most 30 days. Reads Redis in a few calls, whatever their number. Thread-safe.
 */
@ThreadSafe
public final class Presences {
  /** Connectors that are remembered as gone; the oldest are forgotten first. */
  static final int MAX_GONE = 1000;

  static final Duration GONE_KEPT = Duration.ofDays(30);

  /** A registration has at most 32 KiB, so a page has some MiB at most. */
  private static final int PAGE = 100;

  private final Redis redis;
  private final Duration presence;

  /**
   * @param registry whose connectors are read
   */
  public Presences(Redis redis, Registry registry) {
    this.redis = redis;
    this.presence = registry.presence();
  }

  /**
   * All of them, by name, then uuid. Blocks for Redis.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when it does not answer
   */
  public List<Presence> all() {
    long nowMillis = nowMillis();
    List<Presence> all = new ArrayList<>();
    List<String> uuids = new ArrayList<>(registered());
    for (int at = 0; at < uuids.size(); at += PAGE) {
      addRegistered(uuids.subList(at, Math.min(uuids.size(), at + PAGE)), nowMillis, all);
    }
    addGone(nowMillis, all);
    all.sort(
        Comparator.comparing((Presence p) -> p.connector().name())
            .thenComparing(p -> String.valueOf(p.connector().uuid())));
    return all;
  }

  private java.util.Set<String> registered() {
    return redis.call(c -> c.smembers(redis.keys().of(Key.CONNECTORS)));
  }

  private long nowMillis() {
    List<String> time = redis.call(c -> c.time());
    return Long.parseLong(time.get(0)) * 1000 + Long.parseLong(time.get(1)) / 1000;
  }

  private void addRegistered(List<String> uuids, long nowMillis, List<Presence> all) {
    List<String> keys = uuids.stream().map(u -> redis.keys().of(Key.CONNECTOR, u)).toList();
    List<Long> ttls =
        redis.pipelined(c -> keys.stream().<RedisFuture<Long>>map(key -> c.pttl(key)).toList());
    List<KeyValue<String, String>> stored = redis.call(c -> c.mget(keys.toArray(String[]::new)));
    for (int i = 0; i < keys.size(); i++) {
      ConnectorInstance connector = connector(uuids.get(i), stored.get(i));
      if (connector != null && ttls.get(i) >= 0) {
        long beat = nowMillis - Math.max(0, presence.toMillis() - ttls.get(i));
        all.add(new Presence(connector, beat / 1000, null));
      }
    }
  }

  private void addGone(long nowMillis, List<Presence> all) {
    double oldest = nowMillis - GONE_KEPT.toMillis();
    List<ScoredValue<String>> gone =
        redis.call(
            c ->
                c.zrangebyscoreWithScores(
                    redis.keys().of(Key.GONE), Range.create(oldest, Double.POSITIVE_INFINITY)));
    for (int at = 0; at < gone.size(); at += PAGE) {
      List<ScoredValue<String>> page = gone.subList(at, Math.min(gone.size(), at + PAGE));
      String[] uuids = page.stream().map(ScoredValue::getValue).toArray(String[]::new);
      List<KeyValue<String, String>> known =
          redis.call(c -> c.hmget(redis.keys().of(Key.KNOWN), uuids));
      for (int i = 0; i < uuids.length; i++) {
        ConnectorInstance connector = connector(uuids[i], known.get(i));
        if (connector != null) {
          long since = (long) (page.get(i).getScore() / 1000);
          all.add(new Presence(connector, since - presence.toSeconds(), since));
        }
      }
    }
  }

  private static @Nullable ConnectorInstance connector(
      String uuid, KeyValue<String, String> stored) {
    return stored.hasValue() ? Registry.parse(uuid, stored.getValue()).orElse(null) : null;
  }
}
