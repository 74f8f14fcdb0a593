package io.dsxconnect.core.redis;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.http.tls.ClientTls;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;

/**
 * The configured Redis driver: timeouts, reconnection, TLS. It connects within 3 s, rejects
 * commands while disconnected, and never sends a command again. Thread-safe.
 */
@ThreadSafe
final class Driver implements AutoCloseable {
  private final ClientResources resources;
  private final RedisClient client;
  private final ReadWriteLock opening = new ReentrantReadWriteLock();
  private volatile boolean closed;

  /**
   * @param commandTimeout after which a command fails
   */
  Driver(RedisURI uri, ClientTls tls, Duration commandTimeout) {
    this.resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .reconnectDelay(
                Delay.fullJitter(
                    Duration.ofMillis(50), Duration.ofSeconds(1), 50, TimeUnit.MILLISECONDS))
            .build();
    this.client = RedisClient.create(resources, uri);
    client.setOptions(
        ClientOptions.builder()
            .sslOptions(ssl(tls))
            .autoReconnect(true)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .replayFilter(ignored -> true)
            .socketOptions(
                SocketOptions.builder()
                    .connectTimeout(Duration.ofSeconds(3))
                    .tcpNoDelay(true)
                    .keepAlive(true)
                    .build())
            .timeoutOptions(TimeoutOptions.enabled(commandTimeout))
            .build());
  }

  /** Reads the files at each connection, so that the next one uses replaced files. */
  private static SslOptions ssl(ClientTls tls) {
    return SslOptions.builder()
        .jdkSslProvider()
        .protocols("TLSv1.3", "TLSv1.2")
        .sslContext(
            context -> {
              try {
                context.trustManager(tls.trustNow());
                KeyManager key = tls.keyNow();
                if (key != null) {
                  context.keyManager(key);
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .build();
  }

  /**
   * Opens a connection; blocks until Redis answers.
   *
   * @throws io.lettuce.core.RedisException when it does not
   * @throws RedisUnavailableException when this is closed
   */
  StatefulRedisConnection<String, String> connect() {
    return open(client::connect);
  }

  /** Opens a connection that subscribes to channels; the rest as {@link #connect}. */
  StatefulRedisPubSubConnection<String, String> listen() {
    return open(client::connectPubSub);
  }

  /**
   * Keeps {@link #close} from stopping the driver's threads while a connection is being opened:
   * without them the caller would hang.
   */
  private <T> T open(Supplier<T> connect) {
    opening.readLock().lock();
    try {
      if (closed) {
        throw new RedisUnavailableException("the connection to Redis is closed", null);
      }
      return connect.get();
    } finally {
      opening.readLock().unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    awaitOpening();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    resources.shutdown(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Waits 2 s at most: an attempt to reach an unavailable Redis ends only at its timeout. */
  private void awaitOpening() {
    try {
      if (opening.writeLock().tryLock(2, TimeUnit.SECONDS)) {
        opening.writeLock().unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
