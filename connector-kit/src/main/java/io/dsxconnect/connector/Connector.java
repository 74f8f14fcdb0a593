package io.dsxconnect.connector;

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
 * A running connector: it serves its routes, stays registered with the core, and runs full scans.
 * Thread-safe. Make one with {@link #builder}; {@link #close} stops it.
 */
public final class Connector implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Connector.class);

  /** How long a scan may take to end once nothing keeps it. */
  private static final Duration ABORT = Duration.ofSeconds(2);

  private final ConnectorSettings settings;
  private final Repository repository;
  private final Timing timing;
  private final ConnectorProfile profile;
  private final @Nullable CoreClient core;
  private final @Nullable FullScans scans;
  private final HttpServer server;
  private final @Nullable Registration registration;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Connector(Builder with) {
    this.settings = with.settings;
    this.repository = with.repository;
    this.timing = with.timing;
    this.profile =
        new ConnectorProfile(
            settings, repository, Identity.in(settings.dataDir(), with.ids), this::url);
    CoreClient client =
        settings.core() == null
            ? null
            : new CoreClient(settings.core(), with.enrolment, settings.coreClient());
    this.core = client;
    this.scans =
        client == null
            ? null
            : new FullScans(
                client, repository, settings.dataDir(), settings.concurrency(), with.ids, timing);
    RouteTable table = table(with);
    OpenApi.Heading heading =
        new OpenApi.Heading(
            "dsx-connect connector",
            with.version,
            "Lists, reads and acts on the files of a repository.",
            "connector");
    this.server =
        HttpServer.start(
            with.host, with.port, settings.serverTls(), routing -> serve(routing, table, heading));
    this.registration =
        client == null || scans == null
            ? null
            : new Registration(
                client, () -> profile.as(ConnectorStatus.READY), scans::jobs, timing);
    warnOfLoopback();
    if (scans != null) {
      scans.endThoseLeft();
    }
  }

  /**
   * @param ids makes UUIDs: the connector's own at its first start, and those of jobs
   */
  public static Builder builder(
      ConnectorSettings settings, Repository repository, Supplier<String> ids) {
    return new Builder(settings, repository, ids);
  }

  /** Collects what a connector starts with. Not thread-safe. */
  public static final class Builder {
    private final ConnectorSettings settings;
    private final Repository repository;
    private final Supplier<String> ids;
    private String host = "127.0.0.1";
    private int port;
    private String version = "";
    private @Nullable String enrolment;
    private Timing timing = Timing.USUAL;

    private Builder(ConnectorSettings settings, Repository repository, Supplier<String> ids) {
      this.settings = settings;
      this.repository = repository;
      this.ids = ids;
    }

    /**
     * Where the connector serves; the default is a free port on 127.0.0.1.
     *
     * @param port 0 takes a free one
     */
    public Builder listen(String host, int port) {
      this.host = host;
      this.port = port;
      return this;
    }

    /** The version that the connector reports; the default is "". */
    public Builder version(String version) {
      this.version = version;
      return this;
    }

    /**
     * The token that the connector registers with.
     *
     * @param token null, the default: none
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
     * Starts to serve, and to register in the background.
     *
     * @throws io.dsxconnect.settings.StartFailure in one line if the address cannot be bound or the
     *     data folder cannot be used
     */
    public Connector start() {
      return new Connector(this);
    }
  }

  public String uuid() {
    return profile.uuid();
  }

  /** Where the core reaches the connector, its name included. */
  public String url() {
    String base = settings.advertised() == null ? server.url() : settings.advertised().toString();
    return base + "/" + settings.name();
  }

  /** Where processes on the same machine ask whether the connector is alive. */
  public String healthUrl() {
    return server.url() + "/" + settings.name() + Routes.HEALTHZ;
  }

  /** A core elsewhere would read from itself what it believes to read here. */
  private void warnOfLoopback() {
    Target own = Target.parse(url()).orElse(null);
    Target to = settings.core();
    if (own != null && to != null && own.isLoopback() && !to.isLoopback()) {
      log.warn(
          "this connector registers as {}, which only this machine can reach, with a core at {}; set"
              + " DSXCONNECTOR_CONNECTOR_URL to the address by which the core reaches it",
          url(),
          to);
    }
  }

  private ConnectorInstance self() {
    return profile.as(status());
  }

  /** Ready once the core knows it; a core that goes away later makes it no less able to serve. */
  private ConnectorStatus status() {
    if (!repository.check(0).ok()) {
      return ConnectorStatus.FAILED;
    }
    boolean known = core == null || (registration != null && registration.everRegistered());
    return known ? ConnectorStatus.READY : ConnectorStatus.STARTING;
  }

  private RouteTable table(Builder with) {
    return new RouteTable(
        "/" + settings.name(),
        List.of(
            new StatusResource(
                versions(with.version),
                repository,
                this::self,
                () -> core != null && core.answers(),
                () -> scans == null ? 0 : scans.sent()),
            new ConfigResource(profile, this::self),
            new FileResource(
                repository, new Actions(repository, settings, () -> profile.policy().itemAction())),
            new FullScanResource(this::startScan, with.ids),
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
            profile.as(ConnectorStatus.READY),
            new FullScan.Wanted(job, profile.policy().filter(), limit, batchSize));
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

  /** Another connector may have been meant that was at this address, or believes that it is. */
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
   * Ends scans, unregisters and stops serving, in about fifteen seconds at most, even when the core
   * or the repository hangs. What the core was not told is told at the next start.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    if (scans != null) {
      scans.stop();
      scans.await(timing.grace().plus(ABORT));
    }
    if (registration != null) {
      registration.close();
    }
    server.close();
    if (core != null) {
      // Ends calls that hang, so that their scans can note how far they came.
      core.close();
    }
    if (scans != null) {
      if (scans.await(ABORT)) {
        scans.close();
      } else {
        log.warn("a listing hangs; the core hears of it at the next start");
      }
    }
  }
}
