package io.dsxconnect.core.connector;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.core.redis.Keys;
import io.dsxconnect.core.redis.Redis;
import io.lettuce.core.SetArgs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who is registered. A registration lives as long as its heartbeats; all replicas see the same
 * list.
 */
public final class Registry {
  private final Redis redis;
  private final Keys keys;
  private final InstantSource clock;
  private final Duration presence;

  /**
   * @param env presence lasts 600 s in exp, dev and app, 120 s in stg and prod
   */
  public Registry(Redis redis, InstantSource clock, String env) {
    this.redis = redis;
    this.keys = redis.keys();
    this.clock = clock;
    this.presence = Duration.ofSeconds(env.equals("stg") || env.equals("prod") ? 120 : 600);
  }

  /** Registers or refreshes; true when it was not there before. */
  public boolean register(ConnectorInstance connector) {
    String uuid = String.valueOf(connector.uuid());
    String key = keys.key("connector_key", uuid);
    String json = Json.text(connector);
    boolean added =
        redis.call(
            c -> {
              String before = c.setGet(key, json, SetArgs.Builder.ex(presence));
              c.sadd(keys.key("connectors_key"), uuid);
              return before == null;
            });
    tell(added ? "registered" : "refreshed", uuid, connector.name(), connector.url());
    redis.call(c -> c.publish(keys.channel("registry:connectors"), json));
    return added;
  }

  /** Forgets a connector; harmless when it is not known. */
  public void unregister(String uuid) {
    Optional<ConnectorInstance> known = find(uuid);
    redis.call(
        c -> {
          c.del(keys.key("connector_key", uuid));
          return c.srem(keys.key("connectors_key"), uuid);
        });
    tell("unregistered", uuid, known.map(ConnectorInstance::name).orElse(""), "");
  }

  public Optional<ConnectorInstance> find(String uuid) {
    String json = redis.call(c -> c.get(keys.key("connector_key", uuid)));
    return json == null ? Optional.empty() : Optional.of(parse(json));
  }

  /** By name, then uuid. */
  public List<ConnectorInstance> list() {
    List<ConnectorInstance> connectors = new ArrayList<>();
    for (String uuid : redis.call(c -> c.smembers(keys.key("connectors_key")))) {
      Optional<ConnectorInstance> connector = find(uuid);
      if (connector.isPresent()) {
        connectors.add(connector.get());
      } else {
        redis.call(c -> c.srem(keys.key("connectors_key"), uuid));
      }
    }
    connectors.sort(
        Comparator.comparing(ConnectorInstance::name).thenComparing(c -> String.valueOf(c.uuid())));
    return connectors;
  }

  private void tell(String type, String uuid, String name, String url) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", type);
    event.put("uuid", uuid);
    event.put("name", name);
    event.put("url", url);
    event.put("ts", clock.millis() / 1000.0);
    redis.call(c -> c.publish(keys.channel("notify:connectors"), Json.text(event)));
  }

  private static ConnectorInstance parse(String json) {
    try {
      Fields fields = Fields.ofBody(Json.parse(json.getBytes(StandardCharsets.UTF_8)));
      ConnectorInstance connector = ConnectorInstance.read(fields);
      fields.check();
      return connector;
    } catch (InvalidInput e) {
      throw new IllegalStateException("a stored connector is not readable", e);
    }
  }
}
