package io.dsxconnect.http.server;

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
 * Cuts connections whose peer sends the head of a request, or takes an answer, too slowly. Helidon
 * bounds neither, and each would hold its thread, its memory and its place for ever.
 *
 * <p>What is watched is known by the connection's thread, never by the connection: an entry of a
 * connection that has ended keeps nothing alive and goes with the next sweep. Thread-safe.
 */
final class SlowPeerTimeout implements Filter, AutoCloseable {
  private static final Duration SWEEP = Duration.ofSeconds(1);

  /** Where a thread stands while it writes to its peer. */
  private static final String SOCKETS = "io.helidon.common.socket.";

  private final Limits limits;
  private final Map<Thread, Long> heads = new ConcurrentHashMap<>();
  private final Map<Thread, Answer> answers = new ConcurrentHashMap<>();
  private final Thread sweeper;

  /** The last part of an answer that a thread began to write. */
  private record Answer(long since, int bytes) {}

  SlowPeerTimeout(Limits limits) {
    this.limits = limits;
    this.sweeper = Thread.ofVirtual().name("slow-peers").start(this::sweepUntilClosed);
  }

  /** Sees the heads of requests. */
  Http1ConnectionListener received() {
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

  /** Sees the parts of answers before they are written. */
  Http1ConnectionListener sent() {
    return new Http1ConnectionListener() {
      @Override
      public void data(ConnectionContext context, BufferData part) {
        answers.put(Thread.currentThread(), new Answer(System.nanoTime(), part.available()));
      }
    };
  }

  /** The outermost filter: what a handler does after its answer is none of ours. */
  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    try {
      chain.proceed();
    } finally {
      answers.remove(Thread.currentThread());
    }
  }

  /** Connections of which something is remembered. */
  int watched() {
    return heads.size() + answers.size();
  }

  private void sweepUntilClosed() {
    Duration half = Stream.of(SWEEP, limits.idle(), limits.body()).min(Duration::compareTo).get();
    try {
      while (true) {
        Thread.sleep(half.dividedBy(2));
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
                // An interrupt is the only way to end a read of Helidon's; it closes the
                // connection.
                head.getKey().interrupt();
              }
              return late || !head.getKey().isAlive();
            });
    answers
        .entrySet()
        .removeIf(
            answer -> {
              Thread writer = answer.getKey();
              if (!writer.isAlive()) {
                return true;
              }
              boolean late = now - answer.getValue().since() > allowed(answer.getValue().bytes());
              // Between two parts a handler may wait for what it answers with.
              if (!late || !isWriting(writer)) {
                return false;
              }
              writer.interrupt();
              return true;
            });
  }

  private long allowed(int bytes) {
    return limits.body().plus(limits.longest(bytes)).toNanos();
  }

  private static boolean isWriting(Thread thread) {
    return Stream.of(thread.getStackTrace())
        .anyMatch(
            frame ->
                frame.getClassName().startsWith(SOCKETS) && frame.getMethodName().equals("write"));
  }

  @Override
  public void close() {
    sweeper.interrupt();
  }
}
