package io.dsxconnect.core.queue;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Finds the {@link Origin} of a task; caches the last 500. Thread-safe. */
public final class Origins {
  private static final int MAX_CACHED = 500;

  private final Redis redis;
  private final Map<String, Origin> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Origin> eldest) {
              return size() > MAX_CACHED;
            }
          });

  public Origins(Redis redis) {
    this.redis = redis;
  }

  /** The origin of a task; without a connector if the job no longer exists. */
  public Origin of(Task task) {
    return of(task.job(), task.origin());
  }

  /**
   * The origin with this digest; without a connector if the job no longer exists. Blocks if it is
   * not cached.
   *
   * @throws IllegalStateException if the stored origin cannot be read
   */
  public Origin of(String job, String digest) {
    Origin origin = known.get(digest);
    if (origin != null) {
      return origin;
    }
    String json = redis.call(c -> c.hget(redis.keys().of(Key.JOB_ORIGINS, job), digest));
    if (json == null) {
      return new Origin(null, null);
    }
    try {
      Origin parsed = Origin.parse(json);
      known.put(digest, parsed);
      return parsed;
    } catch (InvalidInput e) {
      throw new IllegalStateException("a stored connector is not readable", e);
    }
  }
}
