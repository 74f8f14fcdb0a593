package io.dsxconnect.core.queue;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.lettuce.core.Range;
import io.lettuce.core.RedisFuture;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Counts the files that wait for their scan, per connector, in a few calls of Redis. Every method
 * blocks for Redis and throws {@link io.dsxconnect.core.redis.RedisUnavailableException} when it
 * does not answer. Thread-safe.
 */
@ThreadSafe
public final class WaitingFiles {
  private static final int PAGE = 500;

  /** Characters of a connector's key behind its uuid: a hyphen and 16 hex digits. */
  private static final int URL_DIGEST_CHARS = 17;

  private final Redis redis;

  public WaitingFiles(Redis redis) {
    this.redis = redis;
  }

  /**
   * Files that wait to be scanned or are being scanned, retries included.
   *
   * @return by the connector's uuid; a connector without any file is absent
   */
  public Map<String, Long> perConnector() {
    String queue = Stage.SCAN.queue();
    Map<String, Long> waiting = new HashMap<>();
    add(
        redis.call(c -> c.smembers(redis.keys().of(Key.LANES, queue))),
        lanes ->
            redis.pipelined(
                c ->
                    lanes.stream()
                        .<RedisFuture<Long>>map(
                            lane -> c.xlen(redis.keys().of(Key.LANE, queue, lane)))
                        .toList()),
        waiting);
    add(
        redis.call(c -> c.zrange(redis.keys().of(Key.LATERS, queue), 0, -1)),
        lanes ->
            redis.pipelined(
                c ->
                    lanes.stream()
                        .<RedisFuture<Long>>map(
                            lane -> c.zcard(redis.keys().of(Key.LATER, queue, lane)))
                        .toList()),
        waiting);
    return waiting;
  }

  private static void add(
      Collection<String> lanes,
      Function<List<String>, List<Long>> count,
      Map<String, Long> waiting) {
    List<String> all = new ArrayList<>(lanes);
    for (int at = 0; at < all.size(); at += PAGE) {
      List<String> page = all.subList(at, Math.min(all.size(), at + PAGE));
      List<Long> counts = count.apply(page);
      for (int i = 0; i < page.size(); i++) {
        if (counts.get(i) > 0) {
          waiting.merge(uuid(page.get(i)), counts.get(i), Long::sum);
        }
      }
    }
  }

  /**
   * Connectors that no live worker reaches, so that their files are not taken now.
   *
   * @return their uuids
   */
  public Set<String> unreachable() {
    List<String> time = redis.call(c -> c.time());
    double nowMillis = Double.parseDouble(time.getFirst()) * 1000;
    Set<String> uuids = new HashSet<>();
    redis
        .call(
            c ->
                c.zrangebyscore(
                    redis.keys().of(Key.GATED, Stage.SCAN.queue()),
                    Range.create(nowMillis, Double.POSITIVE_INFINITY)))
        .forEach(connector -> uuids.add(uuid(connector)));
    return uuids;
  }

  /**
   * Connectors whose files are not taken now, because the recording of scanned ones is behind.
   *
   * @return their uuids
   */
  public Set<String> held() {
    Set<String> uuids = new HashSet<>();
    redis
        .call(c -> c.smembers(redis.keys().of(Key.HELD)))
        .forEach(connector -> uuids.add(uuid(connector)));
    return uuids;
  }

  /** The uuid in the name of a lane, or in a connector's key; {@code url} if it has none. */
  private static String uuid(String lane) {
    int slash = lane.indexOf('/');
    String connector = slash < 0 ? lane : lane.substring(0, slash);
    return connector.length() > URL_DIGEST_CHARS
        ? connector.substring(0, connector.length() - URL_DIGEST_CHARS)
        : connector;
  }
}
