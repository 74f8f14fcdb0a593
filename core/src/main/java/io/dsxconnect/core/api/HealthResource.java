package io.dsxconnect.core.api;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.http.HttpServer;
import io.helidon.webserver.http.HttpRouting;
import java.util.LinkedHashMap;
import java.util.Map;

/** Whether this process is alive, and whether it can work: only Redis decides that. */
public final class HealthResource implements Api.Resource {
  private final Redis redis;

  public HealthResource(Redis redis) {
    this.redis = redis;
  }

  @Override
  public void routes(HttpRouting.Builder routing, String prefix) {
    routing.get(
        prefix + Routes.HEALTHZ,
        (req, res) -> HttpServer.send(res, 200, Map.of("status", "alive")));
    routing.get(
        prefix + Routes.READYZ,
        (req, res) -> {
          boolean ready = redis.alive();
          Map<String, String> body = new LinkedHashMap<>();
          body.put("status", ready ? "ready" : "not_ready");
          body.put("redis", ready ? "ok" : "unavailable");
          body.put("registry", ready ? "ok" : "unavailable");
          HttpServer.send(res, ready ? 200 : 503, body);
        });
  }
}
