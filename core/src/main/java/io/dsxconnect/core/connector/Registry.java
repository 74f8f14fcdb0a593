package io.dsxconnect.core.connector;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Keys;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import io.lettuce.core.KeyValue;
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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registered connectors, shared by all replicas. A registration expires when its heartbeats
 * stop, see docs/wire.md, "Registration". Every method blocks for Redis and throws {@link
 * io.dsxconnect.core.redis.RedisUnavailableException} when it does not answer. Thread-safe.
 */
public final class Registry {
  private static final Logger log = LoggerFactory.getLogger(Registry.class);

  /** Each listing reads every connector. */
  public static final int MAX_CONNECTORS = 1000;

  /** A registration has at most 32 KiB, so a page has some MiB at most. */
  private static final int PAGE = 100;

  /** A field that is no uuid. */
  private static final String LAST_NUMBER = "";

  private final Redis redis;
  private final Keys keys;
  private final Events events;
  private final InstantSource clock;
  private final Predicate<String> answers;
  private final Duration presence;
  private final Presences presences;

  /**
   * @param env a registration lasts 600 s without a heartbeat, 120 s in stg and prod
   * @param answers whether a connector answers its health check at a URL; may block
   */
  public Registry(Redis redis, InstantSource clock, String env, Predicate<String> answers) {
    this(
        redis,
        clock,
        Duration.ofSeconds(env.equals("stg") || env.equals("prod") ? 120 : 600),
        answers);
  }

  Registry(Redis redis, InstantSource clock, Duration presence, Predicate<String> answers) {
    this.redis = redis;
    this.keys = redis.keys();
    this.events = Events.ofConnectors(redis);
    this.clock = clock;
    this.presence = presence;
    this.answers = answers;
    this.presences = new Presences(redis, presence);
  }

  /** The registered connectors with their heartbeats, and those that are gone. */
  public Presences presences() {
    return presences;
  }

  /** The outcome of {@link #register}. */
  public enum Registration {
    ADDED,
    REFRESHED,
    /** Refused: a connector with this uuid answers at another address. */
    TAKEN,
    /** Refused: there are {@link #MAX_CONNECTORS} connectors. */
    FULL
  }

  /**
   * Registers a connector or renews its registration. A registered uuid can move to another URL
   * only when its old URL does not answer; then this calls the old URL first.
   */
  public Registration register(ConnectorInstance connector) {
    String uuid = name(connector);
    Optional<ConnectorInstance> present = find(uuid);
    if (present.isPresent()
        && !present.get().url().equals(connector.url())
        && answers.test(present.get().url())) {
      return Registration.TAKEN;
    }
    if (present.isEmpty() && redis.call(c -> c.scard(keys.of(Key.CONNECTORS))) >= MAX_CONNECTORS) {
      return Registration.FULL;
    }
    String json = Json.text(connector);
    boolean added =
        redis.call(
            c -> {
              c.sadd(keys.of(Key.CONNECTORS), uuid);
              boolean absent =
                  c.setGet(keys.of(Key.CONNECTOR, uuid), json, SetArgs.Builder.ex(presence))
                      == null;
              c.hset(keys.of(Key.KNOWN), uuid, json);
              c.zrem(keys.of(Key.GONE), uuid);
              return absent;
            });
    number(uuid);
    publish(added ? "registered" : "refreshed", uuid, connector.name(), connector.url());
    redis.call(c -> c.publish(keys.channel("registry:connectors"), json));
    ConnectorState.alive(redis, uuid);
    return added ? Registration.ADDED : Registration.REFRESHED;
  }

  /**
   * Stores what a registered connector has just answered of its configuration, which also shows
   * that it is alive. No effect when it is not registered any more.
   *
   * @param connector with a uuid
   */
  public void configured(ConnectorInstance connector) {
    String uuid = name(connector);
    String json = Json.text(connector);
    String stored =
        redis.call(
            c -> c.set(keys.of(Key.CONNECTOR, uuid), json, SetArgs.Builder.ex(presence).xx()));
    if (stored == null) {
      return;
    }
    redis.call(c -> c.hset(keys.of(Key.KNOWN), uuid, json));
    number(uuid);
    publish("refreshed", uuid, connector.name(), connector.url());
  }

  /** Gives the registration a number that no other one has, by which readers notice it. */
  private void number(String uuid) {
    String key = keys.of(Key.REGISTRATIONS);
    redis.call(c -> c.hset(key, uuid, Long.toString(c.hincrby(key, LAST_NUMBER, 1))));
  }

  /** The original's clients may have no uuid; then the URL identifies them. */
  private static String name(ConnectorInstance connector) {
    return connector.uuid() == null ? "none:" + connector.url() : connector.uuid();
  }

  /**
   * Removes a connector and publishes it; forgets one that is gone. Has no other effect when the
   * connector is not registered.
   */
  public void unregister(String uuid) {
    Optional<ConnectorInstance> known = find(uuid);
    redis.call(c -> c.del(keys.of(Key.CONNECTOR, uuid)));
    gone(uuid, known.map(ConnectorInstance::name).orElse(""), null);
  }

  /** Publishes that a connector is gone; of several replicas that detect it only one does. */
  private void gone(String uuid, String name, @Nullable String reason) {
    long first =
        redis.runInteger(
            Script.GONE,
            uuid,
            reason == null ? "0" : "1",
            Integer.toString(Presences.MAX_GONE),
            Long.toString(Presences.GONE_KEPT.toMillis()));
    if (first == 0) {
      return;
    }
    publish("unregistered", uuid, name, "");
    Map<String, Object> internal = new LinkedHashMap<>();
    internal.put("type", "unregistered");
    internal.put("uuid", uuid);
    internal.put("name", name);
    if (reason != null) {
      internal.put("reason", reason);
    }
    redis.call(c -> c.publish(keys.channel("registry:connectors"), Json.text(internal)));
  }

  /** Handles an expired key of Redis; if it was a registration, the connector is gone. */
  void expired(String key) {
    String prefix = keys.of(Key.CONNECTOR, "");
    if (key.startsWith(prefix)) {
      gone(key.substring(prefix.length()), "", "expired");
    }
  }

  /** Removes connectors whose expiry {@link #expired} missed. */
  void sweep() {
    for (String uuid : redis.call(c -> c.smembers(keys.of(Key.CONNECTORS)))) {
      if (redis.call(c -> c.exists(keys.of(Key.CONNECTOR, uuid))) == 0) {
        gone(uuid, "", "expired");
      }
    }
  }

  /** The registered connector; empty when there is none with this uuid. */
  public Optional<ConnectorInstance> find(String uuid) {
    String json = redis.call(c -> c.get(keys.of(Key.CONNECTOR, uuid)));
    return json == null ? Optional.empty() : parse(uuid, json);
  }

  /** All registered connectors, by name, then uuid. */
  public List<ConnectorInstance> list() {
    List<String> uuids = new ArrayList<>(redis.call(c -> c.smembers(keys.of(Key.CONNECTORS))));
    List<ConnectorInstance> connectors = new ArrayList<>();
    for (int at = 0; at < uuids.size(); at += PAGE) {
      List<String> page = uuids.subList(at, Math.min(uuids.size(), at + PAGE));
      String[] names =
          page.stream().map(uuid -> keys.of(Key.CONNECTOR, uuid)).toArray(String[]::new);
      List<KeyValue<String, String>> stored = redis.call(c -> c.mget(names));
      for (int i = 0; i < names.length; i++) {
        if (stored.get(i).hasValue()) {
          parse(page.get(i), stored.get(i).getValue()).ifPresent(connectors::add);
        }
      }
    }
    connectors.sort(
        Comparator.comparing(ConnectorInstance::name).thenComparing(c -> String.valueOf(c.uuid())));
    return connectors;
  }

  private void publish(String type, String uuid, String name, String url) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", type);
    event.put("uuid", uuid);
    event.put("name", name);
    event.put("url", url);
    event.put("ts", clock.millis() / 1000.0);
    events.publish(Json.text(event));
  }

  /** Empty for a malformed entry; the connector's next registration replaces it. */
  static Optional<ConnectorInstance> parse(String uuid, String json) {
    try {
      Fields fields = Fields.ofOwn(Json.parseOwn(json.getBytes(StandardCharsets.UTF_8)));
      ConnectorInstance connector = ConnectorInstance.read(fields);
      fields.check();
      return Optional.of(connector);
    } catch (InvalidInput e) {
      log.warn("the stored connector {} is malformed and is skipped: {}", uuid, e.getMessage());
      return Optional.empty();
    }
  }
}
