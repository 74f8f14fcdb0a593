package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.core.RawHttp;
import io.dsxconnect.core.TestRedis;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.http.HttpServer;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class HealthResourceTest {

  @Test
  void a_process_whose_workers_no_longer_work_is_not_alive_though_it_could_be_ready()
      throws Exception {
    try (TestRedis server = new TestRedis();
        Redis redis = server.connect(InstantSource.system());
        HttpServer health =
            HttpServer.start("127.0.0.1", 0, new HealthResource(redis, () -> false))) {
      RawHttp.Answer alive = get(health, "/healthz");
      assertThat(alive.status()).isEqualTo(503);
      assertThat(alive.text()).isEqualTo("{\"status\":\"stuck\"}");
      assertThat(get(health, "/readyz").status()).isEqualTo(200);
    }
  }

  private static RawHttp.Answer get(HttpServer server, String path) throws Exception {
    return RawHttp.exchange(
        server.port(), RawHttp.request("GET", path, "", new byte[0]), Duration.ofSeconds(20));
  }
}
