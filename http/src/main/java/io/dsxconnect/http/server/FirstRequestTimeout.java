package io.dsxconnect.http.server;

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
 * Cuts connections that do not come to a first request in time. Helidon counts a connection as idle
 * only from then on: who says nothing, or never ends the TLS handshake, would hold its place for
 * ever.
 */
final class FirstRequestTimeout implements SocketOptions, Filter, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FirstRequestTimeout.class);
  private static final Duration SWEEP = Duration.ofSeconds(1);

  private record Newcomer(SocketChannel channel, long since) {}

  private final Map<SocketAddress, Newcomer> waiting = new ConcurrentHashMap<>();
  private final SocketOptions options = SocketOptions.builder().tcpNoDelay(true).build();
  private final Duration within;
  private final DescriptorReserve spareFiles = new DescriptorReserve();
  private final Thread sweeper;

  /**
   * @param within for the first request
   */
  FirstRequestTimeout(Duration within) {
    this.within = within;
    this.sweeper = Thread.ofVirtual().name("newcomers").start(this::sweep);
  }

  /** Called by the listener between two accepts. */
  @Override
  public void configureSocket(SocketChannel channel) {
    SocketOptions.super.configureSocket(channel);
    spareFiles.await();
    try {
      SocketAddress peer = channel.getRemoteAddress();
      if (peer != null) {
        waiting.put(peer, new Newcomer(channel, System.nanoTime()));
      }
    } catch (IOException e) {
      log.debug("a connection went before it came: {}", e.getMessage());
    }
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    waiting.remove(request.remotePeer().address());
    chain.proceed();
  }

  private void sweep() {
    Duration half = within.dividedBy(2);
    try {
      while (true) {
        Thread.sleep(half.compareTo(SWEEP) < 0 ? half : SWEEP);
        long now = System.nanoTime();
        waiting.values().removeIf(newcomer -> isOver(newcomer, now));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isOver(Newcomer newcomer, long now) {
    boolean late = now - newcomer.since() > within.toNanos();
    if (late) {
      try {
        newcomer.channel().close();
      } catch (IOException e) {
        log.debug("a silent connection broke: {}", e.getMessage());
      }
    }
    return late || !newcomer.channel().isOpen();
  }

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
