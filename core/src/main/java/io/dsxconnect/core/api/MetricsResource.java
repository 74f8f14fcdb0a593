package io.dsxconnect.core.api;

import io.dsxconnect.core.metrics.Metrics;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code /metrics} at the root, served by the API and by workers. Thread-safe. */
public final class MetricsResource implements RouteTable.Resource {
  static final String PATH = "/metrics";

  private final Metrics metrics;

  public MetricsResource(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(PATH, Access.OPEN, "Get the meters of this process for Prometheus")
            .answers(200, "Prometheus text format")
            .to(
                call ->
                    call.answer(
                        Metrics.CONTENT_TYPE, metrics.text().getBytes(StandardCharsets.UTF_8))));
  }
}
