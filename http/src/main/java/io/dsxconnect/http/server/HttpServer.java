package io.dsxconnect.http.server;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.http.tls.ServerTls;
import io.dsxconnect.settings.StartFailure;
import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running HTTP server; one virtual thread a request. */
public final class HttpServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

  private static final Duration FIRST_REQUEST = Duration.ofSeconds(20);

  private final WebServer server;
  private final FirstRequestTimeout newcomers;
  private final SlowPeerTimeout slow;
  private final String scheme;
  private final String host;

  private HttpServer(
      WebServer server,
      FirstRequestTimeout newcomers,
      SlowPeerTimeout slow,
      String scheme,
      String host) {
    this.server = server;
    this.newcomers = newcomers;
    this.slow = slow;
    this.scheme = scheme;
    this.host = host;
  }

  /**
   * Starts listening.
   *
   * @param host the address to bind
   * @param port 0 takes a free one
   * @param routing adds the routes; what it does not answer is 404
   * @throws StartFailure in one line when the address or port cannot be had
   */
  public static HttpServer start(String host, int port, Consumer<HttpRouting.Builder> routing) {
    return start(host, port, null, Limits.DEFAULT, routing);
  }

  /**
   * The same over TLS.
   *
   * @param tls null: plain HTTP
   * @throws StartFailure in one line also when its files cannot be used
   */
  public static HttpServer start(
      String host, int port, @Nullable ServerTls tls, Consumer<HttpRouting.Builder> routing) {
    return start(host, port, tls, Limits.DEFAULT, routing);
  }

  /** The same with limits of its own. */
  public static HttpServer start(
      String host, int port, Limits limits, Consumer<HttpRouting.Builder> routing) {
    return start(host, port, null, limits, routing);
  }

  public static HttpServer start(
      String host,
      int port,
      @Nullable ServerTls tls,
      Limits limits,
      Consumer<HttpRouting.Builder> routing) {
    long few = Limits.fewFiles();
    if (few > 0) {
      log.warn(
          "this process may open {} files only, so the server takes {} connections at once; raise"
              + " the limit (ulimit -n, LimitNOFILE)",
          few,
          limits.connections());
    }
    if (port < 0 || port > 65535) {
      throw new StartFailure(
          "there is no port " + port + "; choose 1 to 65535, or 0 for a free one");
    }
    HttpRouting.Builder routes =
        HttpRouting.builder()
            .error(Refusal.class, (req, res, e) -> send(req, res, e.status(), e.body()))
            .error(
                InvalidInput.class,
                (req, res, e) -> send(req, res, 422, Map.of("detail", e.problems())))
            .error(
                HttpException.class,
                (req, res, e) ->
                    send(req, res, e.status().code(), Map.of("detail", e.status().reasonPhrase())))
            .error(UncheckedIOException.class, HttpServer::brokenConnection)
            .error(Throwable.class, HttpServer::defect);
    // What can fail comes before what must be closed.
    Tls secured =
        tls == null
            ? null
            : Tls.builder().sslContext(tls.context()).enabledProtocols(ServerTls.PROTOCOLS).build();
    FirstRequestTimeout newcomers = new FirstRequestTimeout(newcomerPatience(limits));
    SlowPeerTimeout slow = new SlowPeerTimeout(limits);
    routes.addFilter(slow);
    routes.addFilter(newcomers);
    routes.addFilter(RequestId::filter);
    routes.addFilter(new LoadShedder(limits));
    routing.accept(routes);
    routes.any((req, res) -> send(req, res, 404, Map.of("detail", "Not Found")));
    Http1Config http1 =
        Http1Config.builder()
            .addReceiveListener(slow.received())
            .addSendListener(slow.sent())
            .maxHeadersSize(16 * 1024)
            // A parameter of 4096 characters, each of three bytes encoded as nine.
            .maxPrologueLength(40 * 1024)
            .build();
    WebServerConfig.Builder builder =
        WebServer.builder()
            .host(host)
            .port(port)
            .shutdownHook(false)
            .shutdownGracePeriod(Duration.ofSeconds(1))
            .connectionOptions(newcomers)
            .idleConnectionTimeout(limits.idle())
            .idleConnectionPeriod(limits.idle().dividedBy(2))
            .maxTcpConnections(limits.connections())
            .directHandlers(BadRequestHandlers.handlers())
            .addConnectionSelector(new Http10(http1))
            .addProtocol(http1)
            .routing(routes);
    if (secured != null) {
      builder.tls(secured);
    }
    WebServer server = builder.build();
    try {
      server.start();
    } catch (RuntimeException e) {
      slow.close();
      newcomers.close();
      throw bindFailure(host, port, e);
    }
    // Helidon only logs that it could not bind.
    if (!server.isRunning() || server.port() <= 0) {
      slow.close();
      newcomers.close();
      throw new StartFailure(
          "port "
              + port
              + " on "
              + host
              + " is taken or not ours to use; choose another with --port, or --port 0 for a free one");
    }
    return new HttpServer(server, newcomers, slow, tls == null ? "http" : "https", host);
  }

  /** A first request comes at once; a later one may take its time. */
  private static Duration newcomerPatience(Limits limits) {
    return limits.idle().compareTo(FIRST_REQUEST) < 0 ? limits.idle() : FIRST_REQUEST;
  }

  private static StartFailure bindFailure(String host, int port, RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        String why = String.valueOf(cause.getMessage());
        return new StartFailure(
            why.contains("in use")
                ? "port "
                    + port
                    + " is taken; choose another with --port, or --port 0 for a free one"
                : "cannot listen on " + host + ":" + port + ": " + why,
            e);
      }
    }
    return new StartFailure("cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
  }

  private static void brokenConnection(
      ServerRequest req, ServerResponse res, UncheckedIOException e) {
    log.debug("{} {}: {}", req.prologue().method().text(), req.path().path(), e.getMessage());
    if (!res.isSent()) {
      send(req, res, 400, Map.of("detail", "the request's body ended early"));
    }
  }

  private static void defect(ServerRequest req, ServerResponse res, Throwable e) {
    if (e instanceof IOException && res.isSent()) {
      // Who asked is gone; there is nobody to tell.
      log.debug("{} {}: {}", req.prologue().method().text(), req.path().path(), e.getMessage());
      return;
    }
    log.error("{} {} failed", req.prologue().method().text(), req.path().path(), e);
    if (!res.isSent()) {
      send(req, res, 500, Map.of("detail", "Internal Server Error"));
    }
  }

  /**
   * The same; without the body when only the head was asked for, so that the next answer is. Of a
   * request that is refused before its body was read, the body is read on for a while.
   */
  public static void send(ServerRequest req, ServerResponse res, int status, Object body) {
    if (req.prologue().method().equals(Method.HEAD)) {
      res.status(Status.create(status)).send();
    } else {
      send(res, status, body);
    }
    UnreadBody.readOn(req);
  }

  /** Answers with a status and a JSON body. */
  public static void send(ServerResponse res, int status, Object body) {
    res.status(Status.create(status));
    res.headers().set(HeaderNames.CONTENT_TYPE, "application/json");
    res.send(Json.bytes(body));
  }

  public int port() {
    return server.port();
  }

  /** {@code http://host:port}, with a host that can be called from this machine. */
  public String url() {
    String name = host.equals("0.0.0.0") ? "127.0.0.1" : host.equals("::") ? "::1" : host;
    return scheme + "://" + (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port();
  }

  /** A port that is free now. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new StartFailure("no free port: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    server.stop();
    slow.close();
    newcomers.close();
  }

  /** Connections of which something is remembered because their peer may be slow. */
  int watchedForSlowness() {
    return slow.watched();
  }
}
