package io.dsxconnect.core;

import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.core.redis.Redis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A real Redis for the class, emptied and connected before each test. */
public abstract class RedisFixture {
  protected static TestRedis server;
  protected Redis redis;

  @BeforeAll
  static void startRedis() {
    server = new TestRedis();
  }

  @AfterAll
  static void stopRedis() {
    server.close();
  }

  @BeforeEach
  void connectToRedis() {
    redis = server.connect(ticks());
    redis.call(c -> c.flushall());
  }

  @AfterEach
  void disconnectFromRedis() {
    redis.close();
  }

  /** The clock of the connection; a test that moves time overrides it. */
  protected MonotonicClock ticks() {
    return MonotonicClock.SYSTEM;
  }
}
