package io.dsxconnect.connector;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects the options of a connector. Not thread-safe. */
public final class ConnectorBuilder {
  final ConnectorSettings settings;
  final Repository repository;
  final Supplier<String> ids;
  String host = "127.0.0.1";
  int port;
  String version = "";
  @Nullable String enrolment;
  Timing timing = Timing.DEFAULT;

  ConnectorBuilder(ConnectorSettings settings, Repository repository, Supplier<String> ids) {
    this.settings = settings;
    this.repository = repository;
    this.ids = ids;
  }

  /**
   * Sets the address to listen on; the default is a free port on 127.0.0.1.
   *
   * @param host a name or an IP address of this machine
   * @param port 0 to 65535; 0 selects a free port
   * @return this builder
   */
  public ConnectorBuilder listen(String host, int port) {
    this.host = host;
    this.port = port;
    return this;
  }

  /**
   * Sets the version that {@code GET /version} returns; the default is "".
   *
   * @param version any text
   * @return this builder
   */
  public ConnectorBuilder version(String version) {
    this.version = version;
    return this;
  }

  /**
   * Sets the token for the registration with the core. It is sent over HTTPS or to a loopback
   * address only.
   *
   * @param token null, the default, sends no token
   * @return this builder
   */
  public ConnectorBuilder enrolment(@Nullable String token) {
    this.enrolment = token;
    return this;
  }

  ConnectorBuilder timing(Timing timing) {
    this.timing = timing;
    return this;
  }

  /**
   * Starts the server, and registers with the core in the background. Returns when the server
   * accepts requests; does not wait for the core.
   *
   * @return the running connector; the caller closes it
   * @throws io.dsxconnect.settings.StartFailure with a one-line message, when the address cannot be
   *     bound, or the data folder or a TLS file cannot be used
   */
  public Connector start() {
    return new Connector(this);
  }
}
