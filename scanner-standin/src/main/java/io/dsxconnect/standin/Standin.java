package io.dsxconnect.standin;

import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.tls.ServerTls;
import io.dsxconnect.routes.RouteTable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running stand-in. Thread-safe. */
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

  public static Standin start(String host, int port, StandinSettings settings) {
    return start(host, port, null, settings);
  }

  /**
   * @param tls null: plain HTTP
   */
  public static Standin start(
      String host, int port, @Nullable ServerTls tls, StandinSettings settings) {
    Standin standin = new Standin(host, port, tls, settings);
    log.warn("this is a stand-in, NOT a scanner: it finds the EICAR test string and nothing else");
    return standin;
  }

  public String url() {
    return server.url();
  }

  /** From now on it answers like this. */
  public void behave(Behaviour next) {
    behaviour = next;
  }

  @Override
  public void close() {
    server.close();
  }
}
