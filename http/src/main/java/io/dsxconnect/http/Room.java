package io.dsxconnect.http;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** Refuses requests beyond what a server bears, and says when to come back. */
final class Room implements Filter {
  private final Limits limits;
  private final Semaphore free;

  Room(Limits limits) {
    this.limits = limits;
    this.free = new Semaphore(limits.requests());
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    if (!free.tryAcquire()) {
      response.header("Retry-After", "1");
      HttpServer.send(request, response, 503, Map.of("detail", "too many requests at once"));
      return;
    }
    try {
      request.context().register(limits);
      chain.proceed();
    } finally {
      free.release();
    }
  }
}
