package io.dsxconnect.app.wiring;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.api.ActionRetryResource;
import io.dsxconnect.core.api.AttentionResource;
import io.dsxconnect.core.api.BatchResource;
import io.dsxconnect.core.api.ConnectorCheckResource;
import io.dsxconnect.core.api.ConnectorConfigResource;
import io.dsxconnect.core.api.ConnectorResource;
import io.dsxconnect.core.api.ConnectorSummaryResource;
import io.dsxconnect.core.api.DeadLetterResource;
import io.dsxconnect.core.api.DeadLetterSearchResource;
import io.dsxconnect.core.api.EventResource;
import io.dsxconnect.core.api.FullScanResource;
import io.dsxconnect.core.api.HealthResource;
import io.dsxconnect.core.api.JobResource;
import io.dsxconnect.core.api.LiveResource;
import io.dsxconnect.core.api.MetricsResource;
import io.dsxconnect.core.api.ResultExportResource;
import io.dsxconnect.core.api.ResultResource;
import io.dsxconnect.core.api.ScanResource;
import io.dsxconnect.core.api.SeriesResource;
import io.dsxconnect.core.api.Site;
import io.dsxconnect.core.api.StatusResource;
import io.dsxconnect.core.api.Versions;
import io.dsxconnect.core.api.WorkerResource;
import io.dsxconnect.core.attention.Attention;
import io.dsxconnect.core.attention.TroubleSources;
import io.dsxconnect.core.connector.ConnectorState;
import io.dsxconnect.core.connector.PresenceWatch;
import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.job.ApiPresence;
import io.dsxconnect.core.live.LiveFeed;
import io.dsxconnect.core.live.PlatformStatus;
import io.dsxconnect.core.metrics.LiveMeters;
import io.dsxconnect.core.metrics.MemoryMeters;
import io.dsxconnect.core.metrics.PlatformMeters;
import io.dsxconnect.core.queue.DeadLetterSearch;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.record.ActionRetry;
import io.dsxconnect.core.record.RecordTotals;
import io.dsxconnect.core.record.Searches;
import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.core.series.JobSeries;
import io.dsxconnect.core.series.Sampler;
import io.dsxconnect.core.series.Series;
import io.dsxconnect.core.series.WorkerGauges;
import io.dsxconnect.core.summary.ConnectorSummaries;
import io.dsxconnect.core.worker.ScannerStatus;
import io.dsxconnect.dashboard.Dashboard;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.RequestGate;
import io.dsxconnect.routes.RouteTable;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the API of one process. Confined to the thread that starts it. */
final class ApiWiring {
  private static final Logger log = LoggerFactory.getLogger(ApiWiring.class);

  private final CoreParts core;
  private final Supplier<StatusResource.@Nullable Trial> trial;

  /**
   * @param trial the scan that {@code quickstart} shows; null when there is none
   */
  ApiWiring(CoreParts core, Supplier<StatusResource.@Nullable Trial> trial) {
    this.core = core;
    this.trial = trial;
  }

  /**
   * Starts the API. Returns as soon as it listens, whether or not Redis answers.
   *
   * @param port 0 for any free one
   * @throws io.dsxconnect.settings.StartFailure when it cannot listen there
   */
  HttpServer start(String host, int port) {
    Events events = Events.ofResults(core.redis);
    EventResource eventResource =
        new EventResource(events, Events.ofConnectors(core.redis), core.jobs, core.clock);
    DeadLetters deadLetters = new DeadLetters(core.redis);
    Intake intake = new Intake(core.redis, core.ids);
    ApiPresence replica = announce(host, port);
    Attention attention =
        new Attention(
            core.redis,
            TroubleSources.all(
                core.redis,
                core.registry,
                new TroubleSources.Configured(
                    core.settings.hasScanner(), core.settings.syslog() != null),
                core.clock,
                System::nanoTime),
            System::nanoTime);
    LiveFeed feed =
        new LiveFeed(
            core.redis,
            new PlatformStatus(
                core.redis, core.registry, attention, core.settings.hasScanner(), System::nanoTime),
            core.clock);
    LiveResource liveResource = new LiveResource(feed, Versions.PRODUCT, core.clock);
    Searches searches = new Searches(core.results, MonotonicClock.SYSTEM);
    RouteTable table =
        new RouteTable(
            Routes.API,
            List.of(
                new HealthResource(core.redis, core.process::fault),
                new StatusResource(
                    Versions.PRODUCT,
                    core.settings.api().buildTimestamp(),
                    new RunningCore(core.settings, core.scanner, core.address, this::about)),
                new ConnectorResource(core.registry, new ConnectorState(core.redis), core.listings),
                new FullScanResource(core.registry, core.calls, core.jobs, core.listings, core.ids),
                new ConnectorConfigResource(core.registry, core.calls),
                new ConnectorCheckResource(core.registry, core.calls),
                new ScanResource(intake, core.results, core.jobs, replica, core.ids),
                new BatchResource(
                    intake,
                    core.jobs,
                    replica,
                    core.ids,
                    core.settings.connectors().batches().maxSize()),
                new ResultExportResource(core.results, searches, core.jobs, core.clock),
                new ResultResource(
                    core.results, searches, core.deletion, new RecordTotals(core.redis)),
                new ActionRetryResource(
                    new ActionRetry(
                        core.redis, uuid -> core.registry.find(uuid).isPresent(), core.ids),
                    searches,
                    MonotonicClock.SYSTEM),
                new JobResource(core.jobs, events, core.clock),
                new DeadLetterResource(deadLetters, core.redis, core.clock),
                new SeriesResource(new Series(core.redis), new JobSeries(core.redis)),
                new DeadLetterSearchResource(
                    new DeadLetterSearch(deadLetters, core.redis, MonotonicClock.SYSTEM),
                    core.redis,
                    core.clock),
                new WorkerResource(core.workerReports, core.settings.hasScanner()),
                new ConnectorSummaryResource(ConnectorSummaries.of(core.redis, core.registry)),
                new AttentionResource(attention),
                eventResource,
                liveResource));
    HttpServer server =
        core.process.opened(
            HttpServer.start(
                host,
                port,
                core.settings.api().tls(),
                new Site(
                        table,
                        Versions.PRODUCT,
                        Versions.SWAGGER_UI,
                        new RequestGate(
                            core.settings.api().allowedHosts(), "DSXCONNECT_ALLOWED_HOSTS"))
                    .andThen(new RouteTable("", List.of(new MetricsResource(core.process.metrics))))
                    .andThen(new Dashboard(Versions.PRODUCT))));
    core.process.metrics.add(new MemoryMeters(core.redis.memory()));
    core.process.metrics.add(new LiveMeters(feed));
    core.process.metrics.add(new PlatformMeters(core.redis, core.registry));
    Sampler sampler = new Sampler(core.redis, new WorkerGauges(core.workerReports));
    core.process.upkeep("time-series", sampler::sample);
    core.process.opened(eventResource);
    core.process.opened(liveResource);
    PresenceWatch presence = core.process.opened(new PresenceWatch(core.redis, core.registry));
    core.process.watch("the watch for silent connectors", presence::working);
    return server;
  }

  private StatusResource.About about() {
    return new StatusResource.About(
        core.settings.redis().env(), demo(), trial.get(), core.startedAt);
  }

  private @Nullable Boolean demo() {
    if (core.settings.scanner().demo()) {
      return true;
    }
    try {
      return ScannerStatus.of(core.workerReports.live(), core.settings.hasScanner()).demo();
    } catch (RedisUnavailableException e) {
      log.debug("whether the scanner is the stand-in is not known: {}", e.getMessage());
      return null;
    }
  }

  /** Opened before the server, so it is closed after the last response. */
  private ApiPresence announce(String host, int port) {
    ApiPresence presence =
        core.process.opened(
            new ApiPresence(core.redis, ProcessParts.hostName() + ":" + host + ":" + port));
    try {
      presence.beat();
    } catch (RedisUnavailableException e) {
      log.debug("this replica announces itself when Redis is available again: {}", e.getMessage());
    }
    core.process.upkeep("api-presence", presence::beat);
    return presence;
  }
}
