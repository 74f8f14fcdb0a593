package io.dsxconnect.standin;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.tls.ServerTls;
import io.dsxconnect.routes.RouteTable;
import io.dsxconnect.settings.StartFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running stand-in for DSXA. Thread-safe. */
@ThreadSafe
public final class Standin implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Standin.class);

  private final HttpServer server;
  private volatile Behaviour behaviour = Behaviour.GOOD;

  private Standin(String host, int port, @Nullable ServerTls tls, StandinSettings settings) {
    this.behaviour = settings.behaviour();
    this.server =
        HttpServer.start(
            host,
            port,
            tls,
            new RouteTable("", List.of(new ScannerResource(settings, () -> behaviour))));
  }

  /**
   * Starts a stand-in with plain HTTP. Returns when it listens.
   *
   * @param port 0 for a free port
   * @throws StartFailure if it cannot listen
   */
  public static Standin start(String host, int port, StandinSettings settings) {
    return start(host, port, null, settings);
  }

  /**
   * Starts a stand-in. Returns when it listens.
   *
   * @param port 0 for a free port
   * @param tls null for plain HTTP
   * @throws StartFailure if it cannot listen or the files of {@code tls} cannot be used
   */
  public static Standin start(
      String host, int port, @Nullable ServerTls tls, StandinSettings settings) {
    Standin standin = new Standin(host, port, tls, settings);
    log.warn("this is a stand-in, NOT a scanner: it finds only the EICAR test string");
    return standin;
  }

  /** The URL of the server, without a path. */
  public String url() {
    return server.url();
  }

  /** Changes how later requests are answered. */
  public void behave(Behaviour next) {
    behaviour = next;
  }

  /** Stops the server, see {@link HttpServer#close}. */
  @Override
  public void close() {
    server.close();
  }
}
