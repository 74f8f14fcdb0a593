package io.dsxconnect.core.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.core.TestRedis;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
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

  private static ConnectorInstance connector() throws Exception {
    String json = "{\"name\":\"fs\",\"uuid\":\"" + UUID + "\",\"url\":\"http://c/fs\"}";
    return ConnectorInstance.read(Fields.ofBody(Json.parse(json.getBytes(StandardCharsets.UTF_8))));
  }
}
