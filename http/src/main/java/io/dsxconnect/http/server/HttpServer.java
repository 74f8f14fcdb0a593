package io.dsxconnect.http.server;

import io.dsxconnect.http.tls.ServerTls;
import io.dsxconnect.settings.StartFailure;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.net.BindException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running HTTP server with one virtual thread per connection. Bounds connections, requests and
 * their bodies ({@link Limits}), gives each request an id ({@link RequestId}) and each answer the
 * headers of {@link SecurityHeaders}, and answers errors as {@code {"detail": ...}}. Thread-safe.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

  private static final Duration MAX_FIRST_REQUEST_TIME = Duration.ofSeconds(20);

  private final WebServer server;
  private final FirstRequestTimeout firstRequests;
  private final SlowPeerTimeout slowPeers;
  private final String scheme;
  private final String host;

  private HttpServer(
      WebServer server,
      FirstRequestTimeout firstRequests,
      SlowPeerTimeout slowPeers,
      String scheme,
      String host) {
    this.server = server;
    this.firstRequests = firstRequests;
    this.slowPeers = slowPeers;
    this.scheme = scheme;
    this.host = host;
  }

  /**
   * As {@link #start(String, int, ServerTls, Limits, Consumer)}, with plain HTTP and {@link
   * Limits#DEFAULT}.
   */
  public static HttpServer start(String host, int port, Consumer<HttpRouting.Builder> routing) {
    return start(host, port, null, Limits.DEFAULT, routing);
  }

  /** As {@link #start(String, int, ServerTls, Limits, Consumer)}, with {@link Limits#DEFAULT}. */
  public static HttpServer start(
      String host, int port, @Nullable ServerTls tls, Consumer<HttpRouting.Builder> routing) {
    return start(host, port, tls, Limits.DEFAULT, routing);
  }

  /** As {@link #start(String, int, ServerTls, Limits, Consumer)}, with plain HTTP. */
  public static HttpServer start(
      String host, int port, Limits limits, Consumer<HttpRouting.Builder> routing) {
    return start(host, port, null, limits, routing);
  }

  /**
   * Starts a server. Returns when it listens. Logs a warning if the process may open fewer than
   * 1024 files.
   *
   * @param host the address to bind
   * @param port 0 for a free port
   * @param tls null for plain HTTP
   * @param routing adds the routes; any other request is answered 404
   * @throws StartFailure if the server cannot listen on the address and port, or the files of
   *     {@code tls} cannot be used
   */
  public static HttpServer start(
      String host,
      int port,
      @Nullable ServerTls tls,
      Limits limits,
      Consumer<HttpRouting.Builder> routing) {
    warnOfFewFiles(limits);
    if (port < 0 || port > 65535) {
      throw new StartFailure(
          "there is no port " + port + "; choose 1 to 65535, or 0 for a free port");
    }
    // Reads the TLS files first: if that fails, nothing needs to be closed.
    Tls secured =
        tls == null
            ? null
            : Tls.builder().sslContext(tls.context()).enabledProtocols(ServerTls.PROTOCOLS).build();
    FirstRequestTimeout firstRequests = new FirstRequestTimeout(firstRequestTimeout(limits));
    SlowPeerTimeout slowPeers = new SlowPeerTimeout(limits);
    WebServerConfig.Builder config =
        config(limits, firstRequests, slowPeers)
            .host(host)
            .port(port)
            .routing(routes(limits, firstRequests, slowPeers, routing));
    if (secured != null) {
      config.tls(secured);
    }
    HttpServer server =
        new HttpServer(
            config.build(), firstRequests, slowPeers, secured == null ? "http" : "https", host);
    server.listen(port);
    return server;
  }

  private static void warnOfFewFiles(Limits limits) {
    long fileLimit = Limits.scarceFiles();
    if (fileLimit > 0) {
      log.warn(
          "this process may open only {} files, so the server accepts at most {} connections; raise"
              + " the limit (ulimit -n, LimitNOFILE)",
          fileLimit,
          limits.connections());
    }
  }

  private static HttpRouting.Builder routes(
      Limits limits,
      FirstRequestTimeout firstRequests,
      SlowPeerTimeout slowPeers,
      Consumer<HttpRouting.Builder> routing) {
    HttpRouting.Builder routes = HttpRouting.builder();
    ErrorAnswers.addTo(routes);
    routes.addFilter(new UnreadBody(limits));
    routes.addFilter(slowPeers);
    routes.addFilter(firstRequests);
    routes.addFilter(RequestId::filter);
    routes.addFilter(new SecurityHeaders());
    routes.addFilter(new LoadShedder(limits));
    routing.accept(routes);
    routes.any((req, res) -> JsonAnswer.send(req, res, 404, Map.of("detail", "Not Found")));
    return routes;
  }

  private static WebServerConfig.Builder config(
      Limits limits, FirstRequestTimeout firstRequests, SlowPeerTimeout slowPeers) {
    Http1Config http1 =
        Http1Config.builder()
            .addReceiveListener(slowPeers.requestHeads())
            .addSendListener(slowPeers.responseParts())
            .maxHeadersSize(16 * 1024)
            // Fits a parameter of 4096 characters of three bytes each, percent-encoded as nine.
            .maxPrologueLength(40 * 1024)
            .build();
    return WebServer.builder()
        .shutdownHook(false)
        .shutdownGracePeriod(Duration.ofSeconds(1))
        .connectionOptions(firstRequests)
        .idleConnectionTimeout(limits.idle())
        .idleConnectionPeriod(limits.idle().dividedBy(2))
        .maxTcpConnections(limits.connections())
        .directHandlers(BadRequestHandlers.handlers())
        .addConnectionSelector(new Http10(http1))
        .addConnectionSelector(new Http11(http1))
        .addProtocol(http1);
  }

  private void listen(int port) {
    try {
      server.start();
    } catch (RuntimeException e) {
      closeTimeouts();
      throw bindFailure(host, port, e);
    }
    // Helidon logs a failed bind but does not throw.
    if (!server.isRunning() || server.port() <= 0) {
      closeTimeouts();
      throw new StartFailure(
          "port "
              + port
              + " on "
              + host
              + " is in use or not permitted; choose another with --port, or --port 0 for a free"
              + " port");
    }
  }

  /** Shorter than the default idle time: a client that connects sends its first request at once. */
  private static Duration firstRequestTimeout(Limits limits) {
    return limits.idle().compareTo(MAX_FIRST_REQUEST_TIME) < 0
        ? limits.idle()
        : MAX_FIRST_REQUEST_TIME;
  }

  private static StartFailure bindFailure(String host, int port, RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        String why = String.valueOf(cause.getMessage());
        return new StartFailure(
            why.contains("in use")
                ? "port "
                    + port
                    + " is in use; choose another with --port, or --port 0 for a free port"
                : "cannot listen on " + host + ":" + port + ": " + why,
            e);
      }
    }
    return new StartFailure("cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
  }

  /** The port that the server listens on. */
  public int port() {
    return server.port();
  }

  /**
   * The server's URL without a path. A wildcard address is replaced by the loopback address, so
   * that the URL works on this machine.
   */
  public String url() {
    String name = !listensOnAll() ? host : host.equals("::") ? "::1" : "127.0.0.1";
    return scheme + "://" + (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port();
  }

  /** Whether the server listens on all addresses of this machine. */
  public boolean listensOnAll() {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  /** Stops listening; waits up to 1 second for requests in work, then closes all connections. */
  @Override
  public void close() {
    server.stop();
    closeTimeouts();
  }

  private void closeTimeouts() {
    slowPeers.close();
    firstRequests.close();
  }

  /** Entries of {@link SlowPeerTimeout}, for tests. */
  int watchedForSlowness() {
    return slowPeers.entries();
  }
}
