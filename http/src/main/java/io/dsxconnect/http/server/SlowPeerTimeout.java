package io.dsxconnect.http.server;

import com.google.errorprone.annotations.ThreadSafe;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Closes connections whose peer sends the head of a request, or reads a response, too slowly.
 * Helidon limits neither, so that each would hold its thread, memory and connection forever.
 *
 * <p>Entries refer to the connection's thread, not to the connection: an entry of a closed
 * connection keeps no memory of it alive, and the next sweep removes it. Thread-safe.
 */
@ThreadSafe
final class SlowPeerTimeout implements Filter, AutoCloseable {
  private static final Duration MAX_SWEEP_INTERVAL = Duration.ofSeconds(1);

  /** Package of the classes whose {@code write} blocks until the peer reads. */
  private static final String HELIDON_SOCKETS = "io.helidon.common.socket.";

  private final Limits limits;
  private final Map<Thread, Long> heads = new ConcurrentHashMap<>();
  private final Map<Thread, ResponsePart> responses = new ConcurrentHashMap<>();
  private final Thread sweeper;

  /** The last part of a response that a thread began to write. */
  private record ResponsePart(long startedNanos, int bytes) {}

  SlowPeerTimeout(Limits limits) {
    this.limits = limits;
    this.sweeper = Thread.ofVirtual().name("slow-peers").start(this::sweepUntilClosed);
  }

  /** Records when a request's head begins and ends. */
  Http1ConnectionListener requestHeads() {
    return new Http1ConnectionListener() {
      @Override
      public void prologue(ConnectionContext context, HttpPrologue prologue) {
        heads.put(Thread.currentThread(), System.nanoTime());
      }

      @Override
      public void headers(ConnectionContext context, Headers headers) {
        heads.remove(Thread.currentThread());
      }
    };
  }

  /** Records when the write of a part of a response begins. */
  Http1ConnectionListener responseParts() {
    return new Http1ConnectionListener() {
      @Override
      public void data(ConnectionContext context, BufferData part) {
        responses.put(
            Thread.currentThread(), new ResponsePart(System.nanoTime(), part.available()));
      }
    };
  }

  /** Must be outside the filters that answer: it ends the watch on the response. */
  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    try {
      chain.proceed();
    } finally {
      responses.remove(Thread.currentThread());
    }
  }

  /** How many request heads and response parts are watched now. */
  int entries() {
    return heads.size() + responses.size();
  }

  private void sweepUntilClosed() {
    Duration shortest =
        Stream.of(MAX_SWEEP_INTERVAL, limits.idle(), limits.body()).min(Duration::compareTo).get();
    try {
      while (true) {
        Thread.sleep(shortest.dividedBy(2));
        sweep(System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sweep(long now) {
    heads
        .entrySet()
        .removeIf(
            head -> {
              boolean late = now - head.getValue() > limits.idle().toNanos();
              if (late) {
                // Only an interrupt ends Helidon's read; it closes the connection.
                head.getKey().interrupt();
              }
              return late || !head.getKey().isAlive();
            });
    responses
        .entrySet()
        .removeIf(
            response -> {
              Thread writer = response.getKey();
              if (!writer.isAlive()) {
                return true;
              }
              boolean late =
                  now - response.getValue().startedNanos()
                      > allowedNanos(response.getValue().bytes());
              // Between two parts the handler may wait for data; that is not the peer's fault.
              if (!late || !isWriting(writer)) {
                return false;
              }
              writer.interrupt();
              return true;
            });
  }

  private long allowedNanos(int bytes) {
    return limits.body().plus(limits.maxTime(bytes)).toNanos();
  }

  private static boolean isWriting(Thread thread) {
    return Stream.of(thread.getStackTrace())
        .anyMatch(
            frame ->
                frame.getClassName().startsWith(HELIDON_SOCKETS)
                    && frame.getMethodName().equals("write"));
  }

  /** Stops the timeout. Does not close connections. */
  @Override
  public void close() {
    sweeper.interrupt();
  }
}
