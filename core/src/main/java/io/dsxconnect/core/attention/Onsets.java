package io.dsxconnect.core.attention;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps since when each trouble lasts, also while all processes are restarted. While Redis takes no
 * writes, which is trouble in itself, the times are kept in this process only. Blocks for Redis.
 * Thread-safe.
 */
@ThreadSafe
final class Onsets {
  private static final Logger log = LoggerFactory.getLogger(Onsets.class);

  private final Redis redis;

  /** What this process saw first, as long as it lasts. */
  @GuardedBy("this") private final Map<String, Long> seen = new HashMap<>();

  Onsets(Redis redis) {
    this.redis = redis;
  }

  /** The time by Redis' clock, in seconds since the epoch. */
  long now() {
    return Long.parseLong(redis.call(c -> c.time()).getFirst());
  }

  /**
   * Since when each of these lasts, in seconds since the epoch. Those that are new begin now; those
   * that are no longer there are forgotten.
   *
   * @throws RedisUnavailableException when Redis does not answer
   */
  synchronized Map<String, Long> of(Set<String> troubles, long now) {
    String key = redis.keys().of(Key.ATTENTION);
    Map<String, String> known = redis.call(c -> c.hgetall(key));
    Map<String, Long> onsets = new HashMap<>();
    Map<String, String> added = new HashMap<>();
    for (String trouble : troubles) {
      OptionalLong at = time(known.get(trouble));
      long since = at.orElse(seen.getOrDefault(trouble, now));
      onsets.put(trouble, since);
      if (at.isEmpty()) {
        added.put(trouble, Long.toString(since));
      }
    }
    seen.clear();
    seen.putAll(onsets);
    store(added, known.keySet().stream().filter(t -> !troubles.contains(t)).toList());
    return onsets;
  }

  /** Empty also when it is malformed; then it is replaced. */
  private static OptionalLong time(@Nullable String text) {
    try {
      return text == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      log.debug("a stored time is no number: {}", e.getMessage());
      return OptionalLong.empty();
    }
  }

  private void store(Map<String, String> added, List<String> past) {
    String key = redis.keys().of(Key.ATTENTION);
    try {
      if (!past.isEmpty()) {
        redis.call(c -> c.hdel(key, past.toArray(String[]::new)));
      }
      if (!added.isEmpty()) {
        redis.call(c -> c.hset(key, added));
      }
    } catch (RedisUnavailableException e) {
      log.debug("since when trouble lasts is kept in this process only: {}", e.getMessage());
    }
  }
}
