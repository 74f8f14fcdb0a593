package io.dsxconnect.http.server;

import com.google.errorprone.annotations.ThreadSafe;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections that do not send their first request in time. Helidon measures idle time only
 * after the first request: a client that sends nothing, or never completes the TLS handshake, would
 * occupy a connection forever. Thread-safe, except that only the listener configures sockets.
 */
@ThreadSafe
final class FirstRequestTimeout implements SocketOptions, Filter, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FirstRequestTimeout.class);
  private static final Duration MAX_SWEEP_INTERVAL = Duration.ofSeconds(1);

  private record NewConnection(SocketChannel channel, long acceptedNanos) {}

  private final Map<SocketAddress, NewConnection> waiting = new ConcurrentHashMap<>();
  private final SocketOptions options = SocketOptions.builder().tcpNoDelay(true).build();
  private final Duration timeout;
  private final DescriptorReserve descriptors = new DescriptorReserve();
  private final Thread sweeper;

  /**
   * @param timeout from the accept to the first request, TLS handshake included
   */
  FirstRequestTimeout(Duration timeout) {
    this.timeout = timeout;
    this.sweeper = Thread.ofVirtual().name("first-request-timeout").start(this::sweep);
  }

  /** Called by the listener between two accepts. */
  @Override
  public void configureSocket(SocketChannel channel) {
    SocketOptions.super.configureSocket(channel);
    descriptors.await();
    try {
      SocketAddress peer = channel.getRemoteAddress();
      if (peer != null) {
        waiting.put(peer, new NewConnection(channel, System.nanoTime()));
      }
    } catch (IOException e) {
      log.debug("a connection was closed before it was accepted: {}", e.getMessage());
    }
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    waiting.remove(request.remotePeer().address());
    chain.proceed();
  }

  private void sweep() {
    Duration half = timeout.dividedBy(2);
    try {
      while (true) {
        Thread.sleep(half.compareTo(MAX_SWEEP_INTERVAL) < 0 ? half : MAX_SWEEP_INTERVAL);
        long now = System.nanoTime();
        waiting.values().removeIf(connection -> isDone(connection, now));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isDone(NewConnection connection, long now) {
    boolean late = now - connection.acceptedNanos() > timeout.toNanos();
    if (late) {
      try {
        connection.channel().close();
      } catch (IOException e) {
        log.debug("cannot close a connection without a request: {}", e.getMessage());
      }
    }
    return late || !connection.channel().isOpen();
  }

  /** Stops the timeout. Does not close connections. */
  @Override
  public void close() {
    sweeper.interrupt();
  }

  @Override
  public Map<SocketOption<?>, Object> socketOptions() {
    return options.socketOptions();
  }

  @Override
  public Duration connectTimeout() {
    return options.connectTimeout();
  }

  @Override
  public Duration readTimeout() {
    return options.readTimeout();
  }

  @Override
  public Optional<Integer> socketReceiveBufferSize() {
    return options.socketReceiveBufferSize();
  }

  @Override
  public Optional<Integer> socketSendBufferSize() {
    return options.socketSendBufferSize();
  }

  @Override
  public boolean socketReuseAddress() {
    return options.socketReuseAddress();
  }

  @Override
  public boolean socketKeepAlive() {
    return options.socketKeepAlive();
  }

  @Override
  public boolean tcpNoDelay() {
    return options.tcpNoDelay();
  }
}
