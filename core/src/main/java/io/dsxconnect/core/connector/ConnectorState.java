package io.dsxconnect.core.connector;

import io.dsxconnect.core.redis.Redis;
import java.util.Optional;

/** Small texts that connectors keep with us, such as the place in a change feed. Never expires. */
public final class ConnectorState {
  private final Redis redis;

  public ConnectorState(Redis redis) {
    this.redis = redis;
  }

  public void put(String uuid, String namespace, String key, String value) {
    redis.call(c -> c.hset(name(uuid, namespace), key, value));
  }

  public Optional<String> get(String uuid, String namespace, String key) {
    return Optional.ofNullable(redis.call(c -> c.hget(name(uuid, namespace), key)));
  }

  private String name(String uuid, String namespace) {
    return redis.keys().key("state_key", uuid, namespace);
  }
}
