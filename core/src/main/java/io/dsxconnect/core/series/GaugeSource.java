package io.dsxconnect.core.series;

import java.util.Map;

/** Supplies gauges that another part measures, for example those of the workers. Thread-safe. */
@FunctionalInterface
public interface GaugeSource {
  /** Supplies nothing. */
  GaugeSource NONE = Map::of;

  /**
   * The values now, for example of {@link Metric#workerTasks}; an absent one is unknown. Called
   * every 10 s. May block for Redis.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer
   */
  Map<Metric, Double> gauges();
}
