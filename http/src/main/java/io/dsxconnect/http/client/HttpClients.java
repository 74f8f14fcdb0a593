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
 * The one way to make an HTTP client: pooled connections, no redirects, no retries of its own, no
 * cookies, no content decoding (a file's bytes stay as they are), every address checked,
 * connections spread over the addresses of a name.
 */
public final class HttpClients {
  /** Without a byte of it: what is silent for so long speaks no TLS. */
  private static final Duration HANDSHAKE = Duration.ofSeconds(10);

  private HttpClients() {}

  /**
   * The most connections at once.
   *
   * @param all in all
   * @param each to one host, so that one that hangs leaves room for the others
   */
  public record Pool(int all, int each) {}

  /**
   * @param connect to establish a connection
   * @param silence between two packets of an answer; also how long a caller waits for a pooled
   *     connection
   * @param connections the most at once, to one host and in all
   */
  public static CloseableHttpClient client(Duration connect, Duration silence, int connections) {
    return client(connect, silence, connections, ClientSettings.DEFAULT);
  }

  /**
   * @param settings TLS and proxy
   * @throws StartFailure in one line when the TLS files of {@code settings} cannot be used
   */
  public static CloseableHttpClient client(
      Duration connect, Duration silence, int connections, ClientSettings settings) {
    return client(connect, silence, new Pool(connections, connections), settings);
  }

  /** The same with a limit for each host. */
  public static CloseableHttpClient client(
      Duration connect, Duration silence, Pool pool, ClientSettings settings) {
    return client(connect, silence, pool, settings, new AddressPolicy());
  }

  /** Whether a host accepts connections, at one of its addresses at least. */
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
                TlsConfig.custom().setHandshakeTimeout(Timeout.of(HANDSHAKE)).build())
            .setMaxConnPerRoute(pool.each())
            .setMaxConnTotal(pool.all())
            .setDefaultSocketConfig(
                SocketConfig.custom().setTcpNoDelay(true).setSoTimeout(Timeout.of(silence)).build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(Timeout.of(connect))
                    .setSocketTimeout(Timeout.of(silence))
                    .setTimeToLive(TimeValue.ofMinutes(5))
                    // A server may have closed an idle connection: ask before using it again.
                    .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                    .build())
            .build();
    HttpClientBuilder builder = HttpClientBuilder.create();
    if (settings.proxy() != null) {
      new ProxyRouting(settings.proxy()).of(builder);
    }
    return builder
        .addExecInterceptorFirst("tls alerts", new TlsAlerts(settings.tls().names()))
        .addExecInterceptorBefore(
            ChainElement.PROTOCOL.name(), "fresh again", new StaleConnectionRetry(connections))
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
