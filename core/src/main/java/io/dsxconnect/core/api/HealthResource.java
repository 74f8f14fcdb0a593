package io.dsxconnect.core.api;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether this process is alive, which its own loops decide, and whether it can work, which only
 * Redis decides.
 */
public final class HealthResource implements RouteTable.Resource {
  private final Redis redis;
  private final Supplier<Optional<String>> fault;

  /**
   * @param fault which part of this process has ended; empty while all of them work
   */
  public HealthResource(Redis redis, Supplier<Optional<String>> fault) {
    this.redis = redis;
    this.fault = fault;
  }

  record Alive(String status) {}

  /**
   * @param reason which part ended
   */
  record Stuck(String status, String reason) {}

  record Readiness(String status, String redis, String registry) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(Routes.HEALTHZ, Access.OPEN, "Whether the process is alive")
            .answers(200, "It is", Alive.class)
            .answers(503, "A part of it has ended: restart it", Stuck.class)
            .to(
                call -> {
                  Optional<String> ended = fault.get();
                  call.answer(code(ended), health(ended));
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

  private static int code(Optional<String> ended) {
    return ended.isEmpty() ? 200 : 503;
  }

  private static Object health(Optional<String> ended) {
    return ended.isEmpty() ? new Alive("alive") : new Stuck("stuck", ended.get());
  }

  private Readiness readiness() {
    if (!redis.alive()) {
      return new Readiness("not_ready", "unavailable", "unavailable");
    }
    String refusal = redis.refusesWrites();
    return refusal == null
        ? new Readiness(
            "ready", redis.memory().closed().map(why -> "intake closed: " + why).orElse("ok"), "ok")
        : new Readiness("not_ready", "error: " + refusal, "unavailable");
  }
}
