package io.dsxconnect.connector;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.http.server.RequestGate;
import io.dsxconnect.http.server.StaticFile;
import io.dsxconnect.routes.OpenApi;
import io.dsxconnect.routes.RouteTable;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running connector: serves its routes, stays registered with the core, and runs full scans (see
 * {@code docs/wire.md}, "Connector routes" and "Registration"). Create it with {@link #builder} and
 * stop it with {@link #close}. Thread-safe.
 */
@ThreadSafe
public final class Connector implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Connector.class);

  /** Time for scans to end after their calls to the core were aborted. */
  private static final Duration SCAN_ABORT_TIMEOUT = Duration.ofSeconds(2);

  private final ConnectorSettings settings;
  private final Repository repository;
  private final Timing timing;
  private final ConnectorProfile profile;
  private final @Nullable CoreClient core;
  private final @Nullable FullScans scans;
  private final HttpServer server;
  private final @Nullable Registration registration;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Connector(Builder builder) {
    this.settings = builder.settings;
    this.repository = builder.repository;
    this.timing = builder.timing;
    this.profile =
        new ConnectorProfile(
            settings, repository, Identity.in(settings.dataDir(), builder.ids), this::url);
    CoreClient client =
        settings.core() == null
            ? null
            : new CoreClient(settings.core(), builder.enrolment, settings.coreClient());
    this.core = client;
    this.scans =
        client == null
            ? null
            : new FullScans(
                client,
                repository,
                settings.dataDir(),
                settings.concurrency(),
                builder.ids,
                timing);
    RouteTable table = table(builder);
    OpenApi.Heading heading =
        new OpenApi.Heading(
            "dsx-connect connector",
            builder.version,
            "Lists, reads and acts on the files of a repository.",
            "connector");
    this.server =
        HttpServer.start(
            builder.host,
            builder.port,
            settings.serverTls(),
            routing -> serve(routing, table, heading));
    this.registration =
        client == null || scans == null
            ? null
            : new Registration(
                client, () -> profile.instance(ConnectorStatus.READY), scans::jobs, timing);
    warnOfLoopback();
    if (scans != null) {
      scans.reportInterrupted();
    }
  }

  /**
   * Returns a builder for a connector.
   *
   * @param settings name, addresses, filter, item action and data folder
   * @param repository the files to list, read and act on; its methods are called concurrently
   * @param ids supplies UUIDs in text form: the connector's own at its first start, those of jobs
   *     without an id, and idempotency keys; called concurrently
   * @return a builder with the defaults of its methods
   */
  public static Builder builder(
      ConnectorSettings settings, Repository repository, Supplier<String> ids) {
    return new Builder(settings, repository, ids);
  }

  /** Collects the options of a connector. Not thread-safe. */
  public static final class Builder {
    private final ConnectorSettings settings;
    private final Repository repository;
    private final Supplier<String> ids;
    private String host = "127.0.0.1";
    private int port;
    private String version = "";
    private @Nullable String enrolment;
    private Timing timing = Timing.DEFAULT;

    private Builder(ConnectorSettings settings, Repository repository, Supplier<String> ids) {
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
    public Builder listen(String host, int port) {
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
    public Builder version(String version) {
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
    public Builder enrolment(@Nullable String token) {
      this.enrolment = token;
      return this;
    }

    Builder timing(Timing timing) {
      this.timing = timing;
      return this;
    }

    /**
     * Starts the server, and registers with the core in the background. Returns when the server
     * accepts requests; does not wait for the core.
     *
     * @return the running connector; the caller closes it
     * @throws io.dsxconnect.settings.StartFailure with a one-line message, when the address cannot
     *     be bound, or the data folder or a TLS file cannot be used
     */
    public Connector start() {
      return new Connector(this);
    }
  }

  /**
   * Returns the connector's UUID, which stays the same across restarts.
   *
   * @return the canonical text form, in lower case
   */
  public String uuid() {
    return profile.uuid();
  }

  /**
   * Returns the URL under which the core reaches the connector, including its name.
   *
   * @return {@code scheme://host[:port]/name}
   */
  public String url() {
    String base = settings.advertised() == null ? server.url() : settings.advertised().toString();
    return base + "/" + settings.name();
  }

  /**
   * Returns the URL of the health check for processes on the same machine.
   *
   * @return the URL at the listening address, whatever address is advertised
   */
  public String healthUrl() {
    return server.url() + "/" + settings.name() + Routes.HEALTHZ;
  }

  /** A core on another machine would connect to itself instead of this connector. */
  private void warnOfLoopback() {
    Target own = Target.parse(url()).orElse(null);
    Target to = settings.core();
    if (own != null && to != null && own.isLoopback() && !to.isLoopback()) {
      log.warn(
          "this connector registers as {}, which only this machine can reach, with the core at {};"
              + " set DSXCONNECTOR_CONNECTOR_URL to an address that the core can reach",
          url(),
          to);
    }
  }

  private ConnectorInstance self() {
    return profile.instance(status());
  }

  /** Ready after the first registration; a core that is down later does not change that. */
  private ConnectorStatus status() {
    if (!repository.check(0).ok()) {
      return ConnectorStatus.FAILED;
    }
    boolean known = core == null || (registration != null && registration.everRegistered());
    return known ? ConnectorStatus.READY : ConnectorStatus.STARTING;
  }

  private RouteTable table(Builder builder) {
    return new RouteTable(
        "/" + settings.name(),
        List.of(
            new StatusResource(
                versions(builder.version),
                repository,
                this::self,
                () -> core != null && core.isReachable(),
                () -> scans == null ? 0 : scans.sent()),
            new ConfigResource(profile, this::self),
            new FileResource(
                repository, new Actions(repository, settings, () -> profile.policy().itemAction())),
            new FullScanResource(this::startScan, builder.ids),
            new UnsupportedResource()));
  }

  private Map<String, Object> versions(String version) {
    Map<String, Object> versions = new LinkedHashMap<>();
    versions.put("connector_name", settings.name());
    versions.put("connector_id", settings.name());
    versions.put("connector_instance_id", profile.uuid());
    versions.put("version", version);
    return versions;
  }

  private boolean startScan(String job, int limit, int batchSize) {
    return scans != null
        && scans.start(
            profile.instance(ConnectorStatus.READY),
            new FullScan.Options(job, profile.policy().filter(), limit, batchSize));
  }

  private void serve(HttpRouting.Builder routing, RouteTable table, OpenApi.Heading heading) {
    RequestGate gate = gate();
    routing.addFilter(
        (chain, req, res) -> {
          res.header(Routes.CONNECTOR_UUID, profile.uuid());
          gate.check(req);
          checkAddressee(req);
          chain.proceed();
        });
    routing.get(
        table.prefix() + "/openapi.json",
        new StaticFile(Json.bytes(OpenApi.document(table, heading)), "application/json", 0));
    table.accept(routing);
  }

  /** Refuses requests for another connector that had, or still advertises, this address. */
  private void checkAddressee(ServerRequest req) {
    String uuid = profile.uuid();
    String meant = req.headers().value(HeaderNames.create(Routes.CONNECTOR_UUID)).orElse(uuid);
    if (!meant.equalsIgnoreCase(uuid)) {
      throw Refusal.of(421, "this is connector " + uuid + ", not " + Printable.of(meant));
    }
  }

  private RequestGate gate() {
    Target advertised = settings.advertised();
    return new RequestGate(
        advertised == null ? Set.of() : Set.of(advertised.host().toLowerCase(Locale.ROOT)),
        "DSXCONNECTOR_CONNECTOR_URL");
  }

  /**
   * Ends scans, unregisters and stops the server. Blocks for about 15 seconds at most, even when
   * the core or the repository hangs. Scan ends that the core did not accept are reported after the
   * next start. Further calls have no effect.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    if (scans != null) {
      scans.stop();
      scans.await(timing.grace().plus(SCAN_ABORT_TIMEOUT));
    }
    if (registration != null) {
      registration.close();
    }
    server.close();
    if (core != null) {
      // Aborts calls that hang, so that their scans can write their counts to the journal.
      core.close();
    }
    if (scans != null) {
      if (scans.await(SCAN_ABORT_TIMEOUT)) {
        scans.close();
      } else {
        log.warn("a listing hangs; its end is reported to the core at the next start");
      }
    }
  }
}
