package io.dsxconnect.core.runtime;

import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.http.client.Target;
import java.util.Optional;

/**
 * The scanner address that an operator set at run time, shared by all processes. It overrides the
 * setting. Every method blocks for Redis and throws {@link
 * io.dsxconnect.core.redis.RedisUnavailableException} when it does not answer. Thread-safe.
 */
public final class ScannerAddress {
  private final Redis redis;

  public ScannerAddress(Redis redis) {
    this.redis = redis;
  }

  /** The address; empty when none was set. */
  public Optional<Target> get() {
    return Optional.ofNullable(redis.call(c -> c.get(redis.keys().of(Key.SCANNER_URL))))
        .flatMap(Target::parse);
  }

  /** Sets the address for all processes; each reads it within its upkeep interval. */
  public void set(Target base) {
    redis.call(c -> c.set(redis.keys().of(Key.SCANNER_URL), base.toString()));
  }
}
