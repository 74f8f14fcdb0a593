package io.dsxconnect.http.client;

import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Creates every HTTP client of the product: pooled connections, which are spread over the addresses
 * of a name; no redirects, cookies or automatic retries; no content decoding, so that a file's
 * bytes stay unchanged. Unless a method takes a resolver, {@link AddressPolicy} checks every
 * address. Thread-safe, as are the clients. A client must be closed.
 */
public final class HttpClients {
  /** The longest silence during a TLS handshake; a longer one means that the peer has no TLS. */
  private static final Duration MAX_HANDSHAKE_SILENCE = Duration.ofSeconds(10);

  private static final Duration MAX_CONNECTION_AGE = Duration.ofMinutes(5);

  private HttpClients() {}

  /**
   * The maximum number of open connections.
   *
   * @param all in total
   * @param each per host, so that a host that hangs cannot use up all of them
   */
  public record Pool(int all, int each) {}

  /**
   * Creates a client with {@link ClientSettings#DEFAULT}.
   *
   * @param connect the maximum time to establish a connection
   * @param silence the maximum time without a byte from the peer; also the maximum wait for a
   *     pooled connection
   * @param connections the maximum number of open connections, per host and in total
   */
  public static CloseableHttpClient client(Duration connect, Duration silence, int connections) {
    return client(connect, silence, connections, ClientSettings.DEFAULT);
  }

  /**
   * Creates a client.
   *
   * @param connect the maximum time to establish a connection
   * @param silence the maximum time without a byte from the peer; also the maximum wait for a
   *     pooled connection
   * @param connections the maximum number of open connections, per host and in total
   * @throws StartFailure if the TLS files of {@code settings} cannot be used
   */
  public static CloseableHttpClient client(
      Duration connect, Duration silence, int connections, ClientSettings settings) {
    return client(connect, silence, new Pool(connections, connections), settings);
  }

  /**
   * Creates a client with separate limits for connections per host and in total.
   *
   * @param connect the maximum time to establish a connection
   * @param silence the maximum time without a byte from the peer; also the maximum wait for a
   *     pooled connection
   * @throws StartFailure if the TLS files of {@code settings} cannot be used
   */
  public static CloseableHttpClient client(
      Duration connect, Duration silence, Pool pool, ClientSettings settings) {
    return client(connect, silence, pool, settings, new AddressPolicy());
  }

  /**
   * Whether at least one address of a host accepts TCP connections. Blocks for up to {@code within}
   * per address.
   */
  public static boolean accepts(Target host, Duration within) {
    return accepts(host, within, new AddressPolicy());
  }

  static boolean accepts(Target host, Duration within, DnsResolver names) {
    try {
      for (InetAddress address : names.resolve(host.host())) {
        if (accepts(new InetSocketAddress(address, host.port()), within)) {
          return true;
        }
      }
      return false;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean accepts(InetSocketAddress address, Duration within) {
    try (Socket socket = new Socket()) {
      socket.connect(address, (int) within.toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Creates a client that resolves host names with {@code names}; no other check of addresses is
   * made.
   *
   * @param connect the maximum time to establish a connection
   * @param silence the maximum time without a byte from the peer; also the maximum wait for a
   *     pooled connection
   * @throws StartFailure if the TLS files of {@code settings} cannot be used
   */
  public static CloseableHttpClient client(
      Duration connect, Duration silence, Pool pool, ClientSettings settings, DnsResolver names) {
    EarlyResponses early = new EarlyResponses();
    PoolingHttpClientConnectionManager connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder()
                    .responseOutOfOrderStrategy(early)
                    .build())
            .setDnsResolver(new RoundRobinResolver(names))
            .setTlsSocketStrategy(settings.tls().client())
            .setDefaultTlsConfig(
                TlsConfig.custom().setHandshakeTimeout(Timeout.of(MAX_HANDSHAKE_SILENCE)).build())
            .setMaxConnPerRoute(pool.each())
            .setMaxConnTotal(pool.all())
            .setDefaultSocketConfig(
                SocketConfig.custom().setTcpNoDelay(true).setSoTimeout(Timeout.of(silence)).build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(Timeout.of(connect))
                    .setSocketTimeout(Timeout.of(silence))
                    .setTimeToLive(TimeValue.of(MAX_CONNECTION_AGE))
                    // The server may have closed an idle connection: check before using it again.
                    .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                    .build())
            .build();
    HttpClientBuilder builder = HttpClientBuilder.create();
    if (settings.proxy() != null) {
      new ProxyRouting(settings.proxy()).configure(builder);
    }
    return builder
        .addExecInterceptorFirst("tls alerts", new TlsAlerts(settings.tls().names()))
        .addExecInterceptorBefore(
            ChainElement.PROTOCOL.name(),
            "stale connection retry",
            new StaleConnectionRetry(connections))
        .setRequestExecutor(early)
        .setConnectionManager(connections)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.of(silence))
                .setResponseTimeout(Timeout.of(silence))
                .setRedirectsEnabled(false)
                .build())
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .setUserAgent("dsx-connect")
        .build();
  }
}
