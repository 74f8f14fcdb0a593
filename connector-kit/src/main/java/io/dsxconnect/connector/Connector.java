package io.dsxconnect.connector;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.routes.RouteTable;
import java.time.Duration;
import java.util.List;
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

  Connector(ConnectorBuilder builder) {
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
    this.server =
        HttpServer.start(
            builder.host,
            builder.port,
            settings.serverTls(),
            new ConnectorSite(
                table(builder), builder.version, profile.uuid(), settings.advertised()));
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
  public static ConnectorBuilder builder(
      ConnectorSettings settings, Repository repository, Supplier<String> ids) {
    return new ConnectorBuilder(settings, repository, ids);
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
    Target listening = Target.parse(server.url()).orElse(null);
    Target advertised = settings.advertised();
    if (advertised != null
        && !advertised.isLoopback()
        && listening != null
        && !server.listensOnAll()
        && listening.isLoopback()) {
      log.warn(
          "this connector advertises {}, but listens on {} only, which no other machine reaches;"
              + " unless a proxy on this machine forwards to it, start it with --host 0.0.0.0",
          advertised,
          listening);
    }
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
    if (!repository.check().ok()) {
      return ConnectorStatus.FAILED;
    }
    boolean known = core == null || (registration != null && registration.everRegistered());
    return known ? ConnectorStatus.READY : ConnectorStatus.STARTING;
  }

  private RouteTable table(ConnectorBuilder builder) {
    return new RouteTable(
        "/" + settings.name(),
        List.of(
            new StatusResource(
                profile.versions(builder.version),
                repository,
                this::self,
                () -> core != null && core.isReachable(),
                () -> scans == null ? 0 : scans.sent(),
                () -> profile.policy().filter()),
            new ConfigResource(
                profile, new ConfigForm(settings, repository), settings.permissions(), this::self),
            new FileResource(
                repository, new Actions(repository, settings, () -> profile.policy().itemAction())),
            new FullScanResource(this::startScan, builder.ids),
            new UnsupportedResource()));
  }

  private FullScans.Start startScan(String job, int limit, int batchSize) {
    return scans == null
        ? FullScans.Start.UNAVAILABLE
        : scans.start(
            profile.instance(ConnectorStatus.READY),
            job,
            new FullScan.Options(profile.policy().filter(), limit, batchSize));
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
