package io.dsxconnect.core.attention;

import java.util.List;

/** Finds the trouble of one part of the platform. Implementations are thread-safe. */
@FunctionalInterface
public interface TroubleSource {
  /**
   * The trouble of this moment. May block for Redis.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when it does not answer
   */
  List<Trouble> find();
}
