package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.testing.RawHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis that answers and refuses writes. */
class RefusedWritesTest extends RedisFixture {
  RunningApi api;

  @BeforeEach
  void start() {
    api = new RunningApi(server);
  }

  @AfterEach
  void stop() {
    api.close();
    redis.call(c -> c.replicaofNoOne());
    redis.call(c -> c.configSet("maxmemory", "0"));
  }

  int status(String method, String path, Object body) {
    try {
      byte[] bytes = method.equals("GET") ? new byte[0] : Json.bytes(body);
      return RawHttp.exchange(
              api.port(),
              RawHttp.request(method, Routes.API + path, "", bytes),
              Duration.ofSeconds(20))
          .status();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  int send() {
    return status(
        "POST",
        Routes.SCAN_REQUEST,
        Map.of("location", "/x", "metainfo", "x", "connector_url", "http://127.0.0.1:1/c"));
  }

  int register() {
    return status(
        "POST",
        Routes.REGISTER,
        Map.of(
            "name", "c",
            "uuid", "11111111-2222-4333-8444-555555555555",
            "url", "http://127.0.0.1:1/c"));
  }

  void readyIs(int status) {
    await().atMost(Duration.ofSeconds(20)).until(() -> status("GET", Routes.READYZ, "") == status);
  }

  @Test
  void bug_a_full_redis_is_told_as_503_with_what_to_do_and_it_goes_on_when_there_is_room() {
    readyIs(200);
    api.redis.call(c -> c.configSet("maxmemory", "1"));
    assertThat(send()).isEqualTo(503);
    assertThat(register()).isEqualTo(503);
    readyIs(503);
    assertThatThrownBy(() -> api.redis.call(c -> c.set("x", "y")))
        .isInstanceOf(RedisUnavailableException.class)
        .hasMessageContaining("Redis refuses writes: out of memory; raise maxmemory");
    api.redis.call(c -> c.configSet("maxmemory", "0"));
    readyIs(200);
    assertThat(send()).isEqualTo(202);
  }

  @Test
  void bug_a_redis_that_became_a_replica_is_told_as_503() {
    api.redis.call(c -> c.replicaof("127.0.0.1", 1));
    assertThat(send()).isEqualTo(503);
    readyIs(503);
    api.redis.call(c -> c.replicaofNoOne());
    readyIs(200);
  }
}
