package io.dsxconnect.core.attention;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps since when each trouble lasts, also while all processes are restarted. Blocks for Redis.
 * Thread-safe.
 */
@ThreadSafe
final class Onsets {
  private final Redis redis;

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
   */
  Map<String, Long> of(Set<String> troubles, long now) {
    String key = redis.keys().of(Key.ATTENTION);
    Map<String, String> known = redis.call(c -> c.hgetall(key));
    Map<String, Long> onsets = new HashMap<>();
    for (String trouble : troubles) {
      String at = known.get(trouble);
      if (at == null) {
        boolean ignored = redis.call(c -> c.hsetnx(key, trouble, Long.toString(now)));
      }
      onsets.put(trouble, at == null ? now : Long.parseLong(at));
    }
    List<String> past = known.keySet().stream().filter(t -> !troubles.contains(t)).toList();
    if (!past.isEmpty()) {
      redis.call(c -> c.hdel(key, past.toArray(String[]::new)));
    }
    return onsets;
  }
}
