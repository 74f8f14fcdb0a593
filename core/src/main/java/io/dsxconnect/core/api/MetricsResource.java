package io.dsxconnect.core.api;

import io.dsxconnect.core.metrics.Metrics;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import java.util.function.Consumer;

/** {@code /metrics} at the root, of the API and of workers. */
public final class MetricsResource implements Consumer<HttpRouting.Builder> {
  private final Metrics metrics;

  public MetricsResource(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void accept(HttpRouting.Builder routing) {
    routing.get(
        "/metrics",
        (req, res) -> {
          res.headers().set(HeaderNames.CONTENT_TYPE, Metrics.CONTENT_TYPE);
          res.send(metrics.text());
        });
  }
}
