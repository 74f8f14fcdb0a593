package io.dsxconnect.http.server;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Refuses requests beyond what a server bears, in number and in bytes of their bodies, and says
 * when to come back. Health checks have a few places of their own.
 */
final class LoadShedder implements Filter {
  private static final int FOR_HEALTH = 16;
  private static final int UNIT = 1024;

  private final Semaphore free;
  private final Semaphore forHealth = new Semaphore(FOR_HEALTH);
  private final Limits limits;
  private final Semaphore bodies;

  LoadShedder(Limits limits) {
    this.limits = limits;
    this.free = new Semaphore(limits.requests());
    this.bodies = new Semaphore(Math.clamp(limits.bodies() / UNIT, 1, Integer.MAX_VALUE));
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    Semaphore places = isHealth(request.path().rawPath()) ? forHealth : free;
    if (!places.tryAcquire()) {
      response.header("Retry-After", "1");
      HttpServer.send(request, response, 503, Map.of("detail", "too many requests at once"));
      return;
    }
    Share share = new Share(bodies);
    try {
      request.context().register(limits);
      request.context().register(share);
      chain.proceed();
    } finally {
      share.giveBack();
      places.release();
    }
  }

  private static boolean isHealth(String path) {
    return path.endsWith("/healthz") || path.endsWith("/readyz");
  }

  /** What one request holds of the bytes for all bodies. Used by the request's thread only. */
  static final class Share {
    private final Semaphore bodies;
    private int held;

    private Share(Semaphore bodies) {
      this.bodies = bodies;
    }

    /**
     * Makes sure that the request may hold so many bytes.
     *
     * @throws Refusal 503 when too much is held by all
     */
    void hold(long bytes) {
      int more = (int) Math.ceilDiv(bytes, (long) UNIT) - held;
      if (more <= 0) {
        return;
      }
      if (!bodies.tryAcquire(more)) {
        throw Refusal.of(503, "too much is being sent at once; try again in a second");
      }
      held += more;
    }

    private void giveBack() {
      bodies.release(held);
      held = 0;
    }
  }
}
