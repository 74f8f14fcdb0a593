package io.dsxconnect.core.api;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.redis.RedisAway;
import io.dsxconnect.http.HttpServer;
import io.helidon.webserver.http.HttpRouting;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** All resources under one prefix. Redis away is 503 everywhere. */
public final class Api implements Consumer<HttpRouting.Builder> {
  private final List<Resource> resources;

  public Api(List<Resource> resources) {
    this.resources = List.copyOf(resources);
  }

  /** One resource's routes, added under the API's prefix. */
  public interface Resource {
    void routes(HttpRouting.Builder routing, String prefix);
  }

  @Override
  public void accept(HttpRouting.Builder routing) {
    routing.error(
        RedisAway.class,
        (req, res, e) -> {
          res.header("Retry-After", "2");
          HttpServer.send(res, 503, Map.of("detail", "job_store_unavailable"));
        });
    resources.forEach(resource -> resource.routes(routing, Routes.API));
  }
}
