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
 * Reports whether this process is alive, which depends on its own loops, and whether it is ready,
 * which depends on Redis only. Thread-safe.
 */
public final class HealthResource implements RouteTable.Resource {
  private final Redis redis;
  private final Supplier<Optional<String>> fault;

  /**
   * @param fault names the part of this process that has ended; empty while all of them run
   */
  public HealthResource(Redis redis, Supplier<Optional<String>> fault) {
    this.redis = redis;
    this.fault = fault;
  }

  record Alive(String status) {}

  /**
   * The process must be restarted.
   *
   * @param reason names the part that has ended
   */
  record Stuck(String status, String reason) {}

  record Readiness(String status, String redis, String registry) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(Routes.HEALTHZ, Access.OPEN, "Report whether the process is alive")
            .probe()
            .answers(200, "Alive", Alive.class)
            .answers(503, "A part of the process has ended; restart the process", Stuck.class)
            .to(
                call -> {
                  Optional<String> ended = fault.get();
                  call.answer(code(ended), health(ended));
                }),
        Route.get(Routes.READYZ, Access.OPEN, "Report whether the process is ready")
            .probe()
            .answers(200, "Ready", Readiness.class)
            .answers(503, "Redis does not answer or refuses writes", Readiness.class)
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
