package io.dsxconnect.core;

import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisSettings;
import io.dsxconnect.testing.Ports;
import io.dsxconnect.testing.RedisServer;
import java.util.List;
import java.util.Map;

/** A real Redis to which the core connects. */
public final class TestRedis extends RedisServer {
  public TestRedis() {
    this(Ports.free());
  }

  public TestRedis(int port) {
    this(port, List.of());
  }

  /**
   * @param options further arguments of {@code redis-server}
   */
  public TestRedis(int port, List<String> options) {
    super(port, Map.of(), options);
  }

  public RedisSettings settings() {
    return new RedisSettings(url(), true, "dev");
  }

  public Redis connect() {
    return connect(MonotonicClock.SYSTEM);
  }

  public Redis connect(MonotonicClock ticks) {
    return Redis.connect(settings(), ticks);
  }
}
