package io.dsxconnect.core.api;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.http.HttpServer;
import io.helidon.webserver.http.HttpRouting;
import java.util.List;
import java.util.function.Consumer;

/** Whether this process is alive, and whether it can work: only Redis decides that. */
public final class HealthResource implements RouteTable.Resource, Consumer<HttpRouting.Builder> {
  private final Redis redis;

  public HealthResource(Redis redis) {
    this.redis = redis;
  }

  record Alive(String status) {}

  record Readiness(String status, String redis, String registry) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(Routes.HEALTHZ, Access.OPEN, "Whether the process is alive")
            .answers(200, "It is", Alive.class)
            .to(call -> call.answer(200, new Alive("alive"))),
        Route.get(Routes.READYZ, Access.OPEN, "Whether it can work")
            .answers(200, "It can", Readiness.class)
            .answers(503, "It waits for Redis", Readiness.class)
            .to(
                call -> {
                  Readiness readiness = readiness();
                  call.answer(readiness.status().equals("ready") ? 200 : 503, readiness);
                }));
  }

  private Readiness readiness() {
    return redis.alive()
        ? new Readiness("ready", "ok", "ok")
        : new Readiness("not_ready", "unavailable", "unavailable");
  }

  /** The same two at the root, for a process that has no API. */
  @Override
  public void accept(HttpRouting.Builder routing) {
    routing.get(Routes.HEALTHZ, (req, res) -> HttpServer.send(res, 200, new Alive("alive")));
    routing.get(
        Routes.READYZ,
        (req, res) -> {
          Readiness readiness = readiness();
          HttpServer.send(res, readiness.status().equals("ready") ? 200 : 503, readiness);
        });
  }
}
