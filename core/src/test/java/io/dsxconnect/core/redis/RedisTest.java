package io.dsxconnect.core.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.core.TestRedis;
import io.dsxconnect.http.HttpServer;
import io.dsxconnect.http.StartFailure;
import java.time.Duration;
import java.time.InstantSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class RedisTest {

  @Test
  void a_one_shot_command_is_told_at_once_that_redis_is_not_there() {
    RedisSettings nobody =
        new RedisSettings("redis://127.0.0.1:" + HttpServer.freePort() + "/0", true, "dev");
    assertThatThrownBy(() -> Redis.connect(nobody, InstantSource.system()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("does not answer")
        .hasMessageContaining("DSXCONNECT_REDIS_URL");
  }

  @Test
  void a_server_waits_for_redis_and_goes_on_when_it_comes() throws Exception {
    int port = HttpServer.freePort();
    RedisSettings settings = new RedisSettings("redis://127.0.0.1:" + port + "/0", true, "dev");
    try (Redis redis = Redis.connectWhenItAnswers(settings, InstantSource.system())) {
      assertThat(redis.alive()).isFalse();
      assertThatThrownBy(() -> redis.call(c -> c.get("x"))).isInstanceOf(RedisAway.class);
      try (TestRedis server = new TestRedis(port)) {
        redis.awaitConnected();
        assertThat(redis.alive()).isTrue();
        server.crashAndRestart();
        Awaitility.await().atMost(Duration.ofSeconds(15)).until(redis::alive);
      }
    }
  }
}
