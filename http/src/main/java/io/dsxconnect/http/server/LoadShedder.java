package io.dsxconnect.http.server;

import com.google.errorprone.annotations.ThreadSafe;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Answers 503 with Retry-After when too many requests are in flight, and 503 when their bodies take
 * too much memory together. Health checks have their own permits. Thread-safe.
 */
@ThreadSafe
final class LoadShedder implements Filter {
  private static final int HEALTH_REQUESTS = 16;
  private static final int BYTES_PER_PERMIT = 1024;

  private final Semaphore requests;
  private final Semaphore healthRequests = new Semaphore(HEALTH_REQUESTS);
  private final Limits limits;
  private final Semaphore bodies;

  LoadShedder(Limits limits) {
    this.limits = limits;
    this.requests = new Semaphore(limits.requests());
    this.bodies =
        new Semaphore(Math.clamp(limits.bodies() / BYTES_PER_PERMIT, 1, Integer.MAX_VALUE));
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    Semaphore permits = isHealth(request.path().rawPath()) ? healthRequests : requests;
    if (!permits.tryAcquire()) {
      response.header("Retry-After", "1");
      JsonAnswer.send(request, response, 503, Map.of("detail", "too many requests at once"));
      return;
    }
    Share share = new Share(bodies);
    try {
      request.context().register(limits);
      request.context().register(share);
      chain.proceed();
    } finally {
      share.release();
      permits.release();
    }
  }

  private static boolean isHealth(String path) {
    return path.endsWith("/healthz") || path.endsWith("/readyz");
  }

  /** The body memory that one request holds. Confined to the request's thread. */
  static final class Share {
    private final Semaphore bodies;
    private int heldPermits;

    private Share(Semaphore bodies) {
      this.bodies = bodies;
    }

    /**
     * Raises the memory of this request to {@code bytes}; never lowers it. Does not block.
     *
     * @throws Refusal 503 if all requests together would exceed {@link Limits#bodies()}
     */
    void hold(long bytes) {
      int missing = (int) Math.ceilDiv(bytes, (long) BYTES_PER_PERMIT) - heldPermits;
      if (missing <= 0) {
        return;
      }
      if (!bodies.tryAcquire(missing)) {
        throw Refusal.of(
            503, "the bodies of all requests are too large together; retry in a second");
      }
      heldPermits += missing;
    }

    private void release() {
      bodies.release(heldPermits);
      heldPermits = 0;
    }
  }
}
