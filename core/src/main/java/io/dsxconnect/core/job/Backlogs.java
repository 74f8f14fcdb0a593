package io.dsxconnect.core.job;

import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import java.util.ArrayList;
import java.util.List;

/** Measures the queues of the stages. Thread-safe. */
public final class Backlogs {
  /** Lanes per call of Redis, which takes some microseconds for each. */
  private static final int PAGE_LANES = 500;

  private Backlogs() {}

  /**
   * The backlog of a stage.
   *
   * @param tasks that wait or are in work, over all lanes
   * @param oldestSeconds since the oldest waiting task came into its lane, 3 decimals; 0 when none
   *     waits. Tasks of paused jobs and tasks that wait for a retry do not count
   */
  public record Backlog(long tasks, double oldestSeconds) {}

  /**
   * Measures the queue of a stage. Blocks for Redis, once per 500 lanes.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer
   */
  public static Backlog of(Redis redis, Stage stage) {
    List<String> lanes =
        List.copyOf(redis.call(c -> c.smembers(redis.keys().of(Key.LANES, stage.queue()))));
    long tasks = 0;
    long oldestMillis = 0;
    for (int from = 0; from < lanes.size(); from += PAGE_LANES) {
      List<String> arguments = new ArrayList<>(List.of(stage.queue()));
      arguments.addAll(lanes.subList(from, Math.min(lanes.size(), from + PAGE_LANES)));
      List<Object> page = redis.runList(Script.BACKLOG, arguments);
      tasks += (Long) page.get(0);
      oldestMillis = Math.max(oldestMillis, (Long) page.get(1));
    }
    return new Backlog(tasks, oldestMillis / 1000.0);
  }
}
