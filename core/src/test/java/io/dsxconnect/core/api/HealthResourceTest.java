package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.TestRedis;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.RequestGate;
import io.dsxconnect.routes.RouteTable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The liveness and the readiness of a process. */
class HealthResourceTest extends RedisFixture {
  private final HttpClient client = HttpClient.newHttpClient();

  private HttpResponse<String> get(String url) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void a_process_whose_workers_no_longer_work_is_not_alive_though_it_could_be_ready()
      throws Exception {
    try (HttpServer health =
        HttpServer.start(
            "127.0.0.1",
            0,
            new RouteTable(
                "", List.of(new HealthResource(redis, () -> Optional.of("presence ended")))))) {
      HttpResponse<String> alive = get(health.url() + "/healthz");
      assertThat(alive.statusCode()).isEqualTo(503);
      assertThat(alive.body()).isEqualTo("{\"status\":\"stuck\",\"reason\":\"presence ended\"}");
      assertThat(get(health.url() + "/readyz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void a_process_whose_workers_are_stuck_is_not_healthy() throws Exception {
    Site stuck =
        new Site(
            new RouteTable(
                Routes.API,
                List.of(new HealthResource(redis, () -> Optional.of("presence ended")))),
            Versions.PRODUCT,
            Versions.SWAGGER_UI,
            new RequestGate(Set.of(), "DSXCONNECT_ALLOWED_HOSTS"));
    try (HttpServer server = HttpServer.start("127.0.0.1", 0, stuck)) {
      HttpResponse<String> answer = get(server.url() + ApiFixture.P + "/healthz");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).isEqualTo("{\"status\":\"stuck\",\"reason\":\"presence ended\"}");
    }
  }

  @Test
  void without_redis_it_is_alive_but_not_ready_and_sends_retry_after() throws Exception {
    try (TestRedis other = new TestRedis();
        RunningApi alone = new RunningApi(other)) {
      other.kill();
      String url = alone.url() + ApiFixture.P;
      await().until(() -> get(url + "/readyz").statusCode() == 503);
      assertThat(get(url + "/healthz").statusCode()).isEqualTo(200);
      HttpResponse<String> answer = get(url + "/scan/jobs");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(answer.body()).isEqualTo("{\"detail\":\"job_store_unavailable\"}");
    }
  }
}
