package io.dsxconnect.core.runtime;

import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.http.client.Target;
import java.util.Optional;

/** The scanner that an operator named while the platform runs; it wins over the setting. */
public final class ScannerAddress {
  private final Redis redis;

  public ScannerAddress(Redis redis) {
    this.redis = redis;
  }

  /** Empty when nobody named one. */
  public Optional<Target> get() {
    return Optional.ofNullable(redis.call(c -> c.get(redis.keys().of(Key.SCANNER_URL))))
        .flatMap(Target::parse);
  }

  public void set(Target base) {
    redis.call(c -> c.set(redis.keys().of(Key.SCANNER_URL), base.toString()));
  }
}
