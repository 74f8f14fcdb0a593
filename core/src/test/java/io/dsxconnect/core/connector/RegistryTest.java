package io.dsxconnect.core.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.core.TestClock;
import io.dsxconnect.core.TestRedis;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RegistryTest {
  private static final String UUID = "2c81d259-0000-4000-8000-000000000001";

  @Test
  void bug_a_late_notice_of_silence_does_not_hide_a_connector_that_came_back() throws Exception {
    try (TestRedis server = new TestRedis();
        Redis redis = server.connect()) {
      Registry registry =
          new Registry(redis, InstantSource.system(), Duration.ofMinutes(1), url -> true);
      registry.register(connector());
      registry.expired(redis.keys().of(Key.CONNECTOR, UUID));
      assertThat(registry.list()).hasSize(1);
      registry.unregister(UUID);
      assertThat(registry.list()).isEmpty();
    }
  }

  @Test
  void bug_any_number_of_connectors_could_register() throws Exception {
    try (TestRedis server = new TestRedis();
        Redis redis = server.connect()) {
      Registry registry =
          new Registry(redis, InstantSource.system(), Duration.ofMinutes(1), url -> true);
      String[] others = new String[Registry.MAX_CONNECTORS - 1];
      Arrays.setAll(others, i -> "connector-" + i);
      redis.call(c -> c.sadd(redis.keys().of(Key.CONNECTORS), others));
      assertThat(registry.register(connector())).isEqualTo(Registry.Registration.ADDED);
      assertThat(registry.register(connector())).isEqualTo(Registry.Registration.REFRESHED);
      registry.unregister(UUID);
      redis.call(c -> c.sadd(redis.keys().of(Key.CONNECTORS), "one more"));
      assertThat(registry.register(connector())).isEqualTo(Registry.Registration.FULL);
    }
  }

  @Test
  void bug_a_stored_connector_that_is_not_readable_spoiled_every_list() throws Exception {
    try (TestRedis server = new TestRedis();
        Redis redis = server.connect()) {
      Registry registry =
          new Registry(redis, InstantSource.system(), Duration.ofMinutes(1), url -> true);
      registry.register(connector());
      redis.call(c -> c.sadd(redis.keys().of(Key.CONNECTORS), "broken"));
      redis.call(c -> c.set(redis.keys().of(Key.CONNECTOR, "broken"), "{\"name\":7"));
      assertThat(registry.list()).hasSize(1);
      assertThat(registry.find("broken")).isEmpty();
    }
  }

  @Test
  void bug_a_number_without_bound_was_taken_and_could_not_be_read_again() {
    String json = "{\"name\":\"fs\",\"url\":\"http://c/fs\",\"last_repo_check_ts\":1e999}";
    assertThatThrownBy(
            () -> {
              Fields fields = Fields.ofBody(Json.parse(json.getBytes(StandardCharsets.UTF_8)));
              ConnectorInstance.read(fields);
              fields.check();
            })
        .isInstanceOf(InvalidInput.class);
  }

  @Test
  void a_connector_whose_heartbeats_stopped_is_remembered_as_gone_until_it_is_back()
      throws Exception {
    try (TestRedis server = new TestRedis();
        Redis redis = server.connect()) {
      Registry registry =
          new Registry(redis, InstantSource.system(), Duration.ofMinutes(1), url -> true);
      Presences presences = registry.presences();
      registry.register(connector());
      assertThat(presences.all().getFirst().goneSince()).isNull();
      expire(redis);
      registry.sweep();
      Presence gone = presences.all().getFirst();
      assertThat(gone.connector()).isEqualTo(connector());
      assertThat(gone.goneSince()).isNotNull();
      assertThat(gone.lastHeartbeatAt()).isEqualTo(Objects.requireNonNull(gone.goneSince()) - 60);
      registry.sweep();
      assertThat(registry.list()).isEmpty();
      assertThat(presences.all()).hasSize(1);
      registry.register(connector());
      assertThat(presences.all()).hasSize(1);
      assertThat(presences.all().getFirst().goneSince()).isNull();
    }
  }

  @Test
  void a_connector_that_unregisters_is_forgotten_also_when_it_was_gone() throws Exception {
    try (TestRedis server = new TestRedis();
        Redis redis = server.connect()) {
      Registry registry =
          new Registry(redis, InstantSource.system(), Duration.ofMinutes(1), url -> true);
      Presences presences = registry.presences();
      registry.register(connector());
      registry.unregister(UUID);
      assertThat(presences.all()).isEmpty();
      registry.register(connector());
      expire(redis);
      registry.sweep();
      assertThat(presences.all()).hasSize(1);
      registry.unregister(UUID);
      assertThat(presences.all()).isEmpty();
      long left = redis.call(c -> c.exists(redis.keys().of(Key.KNOWN)));
      assertThat(left).isZero();
    }
  }

  @Test
  void at_most_1000_connectors_are_remembered_as_gone_and_for_30_days() throws Exception {
    TestClock clock = new TestClock();
    try (TestRedis server = new TestRedis();
        Redis redis = server.connect(clock)) {
      Registry registry =
          new Registry(redis, InstantSource.system(), Duration.ofMinutes(1), url -> true);
      for (int i = 0; i < Presences.MAX_GONE; i++) {
        String uuid = "old-" + i;
        double at = i;
        redis.call(c -> c.hset(redis.keys().of(Key.KNOWN), uuid, "{}"));
        redis.call(c -> c.zadd(redis.keys().of(Key.GONE), 4e12 + at, uuid));
      }
      redis.call(c -> c.hset(redis.keys().of(Key.KNOWN), "ancient", "{}"));
      redis.call(c -> c.zadd(redis.keys().of(Key.GONE), 1, "ancient"));
      registry.register(connector());
      expire(redis);
      registry.sweep();
      List<String> known = redis.call(c -> c.hkeys(redis.keys().of(Key.KNOWN)));
      assertThat(known).hasSize(Presences.MAX_GONE).doesNotContain("ancient");
      long gone = redis.call(c -> c.zcard(redis.keys().of(Key.GONE)));
      assertThat(gone).isEqualTo(Presences.MAX_GONE);
    }
  }

  private static void expire(Redis redis) {
    redis.call(c -> c.del(redis.keys().of(Key.CONNECTOR, UUID)));
  }

  private static ConnectorInstance connector() throws Exception {
    String json = "{\"name\":\"fs\",\"uuid\":\"" + UUID + "\",\"url\":\"http://c/fs\"}";
    return ConnectorInstance.read(Fields.ofBody(Json.parse(json.getBytes(StandardCharsets.UTF_8))));
  }
}
