package io.dsxconnect.http.server;

import io.helidon.http.HeaderValues;
import io.helidon.http.media.ReadableEntity;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the connection of a request that was answered before its body was read. What follows on such
 * a connection must not be taken for a request, and a client that is silent must not hold it.
 *
 * <p>The response has {@code Connection: close}. After it, the rest of the body is read and
 * discarded, up to 16 MiB, 10 seconds and 2 seconds of silence: closing a connection with unread
 * bytes resets it, and the reset may overtake the answer, so that a client that is still sending
 * would never read why it was refused (RFC 9112, section 9.6). A body that has arrived as a whole
 * is discarded before the response; its connection stays open. Thread-safe.
 */
final class UnreadBody implements Filter {
  private static final Logger log = LoggerFactory.getLogger(UnreadBody.class);

  /** A client that still sends after this much does not read the answer. */
  static final long MAX_BYTES = 16 << 20;

  /** A client that sends nothing for this long waits for the end of the connection. */
  private static final Duration MAX_SILENCE = Duration.ofSeconds(2);

  static final Duration MAX_TIME = Duration.ofSeconds(10);

  private final Limits limits;

  UnreadBody(Limits limits) {
    this.limits = limits.withBodyTimeUpTo(MAX_SILENCE);
  }

  /** Must be outside all other filters: they should not wait for the rest of the body. */
  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    ReadableEntity body = request.content();
    RequestBytes bytes = RequestBytes.current();
    if (body.hasEntity()) {
      bytes.expectBody(request.headers());
      response.beforeSend(
          () -> {
            if (!body.consumed() && hasArrived(request, bytes)) {
              body.consume();
            }
            if (!body.consumed()) {
              response.header(HeaderValues.CONNECTION_CLOSE);
            }
          });
    }
    try {
      chain.proceed();
    } finally {
      if (response.isSent()) {
        end(body, response, bytes);
      } else {
        // A filter has thrown; the error handlers answer after this.
        response.whenSent(() -> end(body, response, bytes));
      }
    }
  }

  private void end(ReadableEntity body, RoutingResponse response, RequestBytes bytes) {
    boolean unread = !body.consumed();
    if (unread) {
      discard(body, bytes);
    }
    // Helidon keeps a connection open that its response has announced to close.
    if (unread || response.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
      bytes.end();
    }
  }

  /** A client that expects 100 Continue may still decide whether it sends the body. */
  private static boolean hasArrived(ServerRequest request, RequestBytes bytes) {
    return !request.headers().containsToken(HeaderValues.EXPECT_100)
        && request.headers().contentLength().orElse(Long.MAX_VALUE) <= bytes.available();
  }

  /** Blocks until the rest is read or a limit is reached. Never sends 100 Continue. */
  private void discard(ReadableEntity body, RequestBytes bytes) {
    try (BodyRateGuard guard = new BodyRateGuard(limits)) {
      bytes.limit(new MaxRest(guard, System::nanoTime));
      body.consume();
    } catch (RuntimeException e) {
      // The client has read the answer and closed the connection, or a limit was reached.
      log.debug("the rest of a refused request was not read: {}", e.getMessage());
    }
  }

  /** Allows to read {@link #MAX_BYTES} within {@link #MAX_TIME}. Confined to one thread. */
  static final class MaxRest implements RequestBytes.Limit {
    private final BodyRateGuard guard;
    private final LongSupplier nanoTime;
    private final long startNanos;
    private long total;

    /**
     * @param guard ends reads that take too long
     * @param nanoTime the clock
     */
    MaxRest(BodyRateGuard guard, LongSupplier nanoTime) {
      this.guard = guard;
      this.nanoTime = nanoTime;
      this.startNanos = nanoTime.getAsLong();
    }

    @Override
    public void check() {
      if (total >= MAX_BYTES || nanoTime.getAsLong() - startNanos > MAX_TIME.toNanos()) {
        throw new CloseConnectionException("the rest of a refused request takes too long");
      }
    }

    @Override
    public void received(int bytes) {
      total += bytes;
      guard.received(bytes);
    }
  }
}
