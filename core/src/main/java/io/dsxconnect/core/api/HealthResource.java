package io.dsxconnect.core.api;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.http.HttpServer;
import io.helidon.webserver.http.HttpRouting;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Whether this process is alive, which its own workers decide, and whether it can work, which only
 * Redis decides.
 */
public final class HealthResource implements RouteTable.Resource, Consumer<HttpRouting.Builder> {
  private final Redis redis;
  private final BooleanSupplier working;

  /**
   * @param working whether the workers of this process, if it has some, still work
   */
  public HealthResource(Redis redis, BooleanSupplier working) {
    this.redis = redis;
    this.working = working;
  }

  record Alive(String status) {
    int code() {
      return status.equals("alive") ? 200 : 503;
    }
  }

  record Readiness(String status, String redis, String registry) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(Routes.HEALTHZ, Access.OPEN, "Whether the process is alive")
            .answers(200, "It is", Alive.class)
            .answers(503, "It no longer works on its queue: restart it", Alive.class)
            .to(
                call -> {
                  Alive alive = alive();
                  call.answer(alive.code(), alive);
                }),
        Route.get(Routes.READYZ, Access.OPEN, "Whether it can work")
            .answers(200, "It can", Readiness.class)
            .answers(503, "It waits for Redis, to answer or to take writes", Readiness.class)
            .to(
                call -> {
                  Readiness readiness = readiness();
                  call.answer(readiness.status().equals("ready") ? 200 : 503, readiness);
                }));
  }

  private Alive alive() {
    return new Alive(working.getAsBoolean() ? "alive" : "stuck");
  }

  private Readiness readiness() {
    if (!redis.alive()) {
      return new Readiness("not_ready", "unavailable", "unavailable");
    }
    String refusal = redis.refusesWrites();
    return refusal == null
        ? new Readiness("ready", "ok", "ok")
        : new Readiness("not_ready", "error: " + refusal, "unavailable");
  }

  /** The same two at the root, for a process that has no API. */
  @Override
  public void accept(HttpRouting.Builder routing) {
    routing.get(
        Routes.HEALTHZ,
        (req, res) -> {
          Alive alive = alive();
          HttpServer.send(res, alive.code(), alive);
        });
    routing.get(
        Routes.READYZ,
        (req, res) -> {
          Readiness readiness = readiness();
          HttpServer.send(res, readiness.status().equals("ready") ? 200 : 503, readiness);
        });
  }
}
