package io.dsxconnect.core.job;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the jobs that ended last. Blocks for Redis and throws {@link
 * io.dsxconnect.core.redis.RedisUnavailableException} when it does not answer. Thread-safe.
 */
@ThreadSafe
public final class EndedJobs {
  /** Of each kind, full scans and others. */
  private static final int MAX_LOOKED_AT = 200;

  private static final List<String> KINDS = List.of("announced", "unannounced");
  private static final String INCOMPLETE = "incomplete";

  private final Redis redis;
  private final LastScans scans;

  public EndedJobs(Redis redis) {
    this.redis = redis;
    this.scans = new LastScans(redis);
  }

  /**
   * The incomplete ones of the last 200 full scans and the last 200 other jobs that ended.
   *
   * @param since only those that ended at this time or later, seconds since the epoch
   * @return the last ended first; without the fields that a summary does not show
   */
  public List<Job> incomplete(long since) {
    Set<String> ended = new LinkedHashSet<>();
    for (String kind : KINDS) {
      List<String> entries =
          redis.call(c -> c.lrange(redis.keys().of(Key.FINISHED, kind), -MAX_LOOKED_AT, -1));
      for (String entry : entries) {
        int space = entry.indexOf(' ');
        if (space > 0 && Long.parseLong(entry.substring(0, space)) >= since) {
          ended.add(entry.substring(space + 1));
        }
      }
    }
    return scans.read(new ArrayList<>(ended)).stream()
        .filter(job -> job.finished() && job.status().equals(INCOMPLETE))
        .sorted((a, b) -> Long.compare(b.number("finished_at"), a.number("finished_at")))
        .toList();
  }
}
