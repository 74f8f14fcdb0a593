package io.dsxconnect.core.api;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.core.TestRedis;
import io.dsxconnect.core.attention.Attention;
import io.dsxconnect.core.attention.TroubleSources;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.connector.ConnectorState;
import io.dsxconnect.core.connector.PresenceWatch;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.job.ApiPresence;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.job.Listings;
import io.dsxconnect.core.live.LiveFeed;
import io.dsxconnect.core.live.PlatformStatus;
import io.dsxconnect.core.queue.DeadLetterSearch;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.record.ActionRetry;
import io.dsxconnect.core.record.RecordDeletion;
import io.dsxconnect.core.record.RecordTotals;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.record.Searches;
import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.series.JobSeries;
import io.dsxconnect.core.series.Series;
import io.dsxconnect.core.summary.ConnectorSummaries;
import io.dsxconnect.core.worker.WorkerReports;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.Limits;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.http.server.RequestGate;
import io.dsxconnect.routes.RouteTable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** One replica of the API, wired as in the application, on a Redis that others may share. */
public final class RunningApi implements AutoCloseable {
  private final ConnectorClient connectors = new ConnectorClient(Duration.ofSeconds(5));
  final EventResource eventResource;
  final LiveResource liveResource;
  private final PresenceWatch presence;
  private final HttpServer server;
  final RouteTable table;
  public final Redis redis;
  public final Jobs jobs;
  final Listings listings;

  /** Records that this replica serves; only tests call it. */
  final ApiPresence served;

  private boolean closed;

  public final Results results;
  public final Events events;

  public RunningApi(TestRedis server) {
    this(server, Limits.DEFAULT, EventStream.Terms.DEFAULT);
  }

  RunningApi(TestRedis on, Limits limits, EventStream.Terms terms) {
    this(on, limits, terms, 0);
  }

  /**
   * @param port 0 selects a free one
   */
  RunningApi(TestRedis on, Limits limits, EventStream.Terms terms, int port) {
    InstantSource clock = InstantSource.system();
    redis = on.connect();
    jobs = new Jobs(redis);
    results = new Results(redis);
    events = Events.ofResults(redis);
    eventResource = new EventResource(events, Events.ofConnectors(redis), jobs, clock, terms);
    Registry registry = new Registry(redis, clock, "dev", connectors::answers);
    liveResource =
        new LiveResource(
            new LiveFeed(
                redis,
                new PlatformStatus(
                    redis, registry, attention(registry, clock), false, System::nanoTime),
                clock),
            Versions.PRODUCT,
            clock,
            terms);
    Intake intake = new Intake(redis, RunningApi::id);
    served = new ApiPresence(redis, id());
    listings = new Listings(redis);
    Searches searches = new Searches(results, MonotonicClock.SYSTEM);
    table =
        new RouteTable(
            Routes.API,
            List.of(
                new HealthResource(redis, Optional::empty),
                new StatusResource(Versions.PRODUCT, "2026-11-24T00:00:00+00:00", new FakeCore()),
                new ConnectorResource(registry, new ConnectorState(redis), listings),
                new FullScanResource(registry, connectors, jobs, listings, RunningApi::id),
                new ConnectorConfigResource(registry, connectors),
                new ConnectorCheckResource(registry, connectors),
                new ScanResource(intake, results, jobs, served, RunningApi::id),
                new BatchResource(intake, jobs, served, RunningApi::id, 100),
                new ResultExportResource(results, searches, jobs, clock),
                new ResultResource(
                    results, searches, new RecordDeletion(redis, results), new RecordTotals(redis)),
                new ActionRetryResource(
                    new ActionRetry(redis, uuid -> registry.find(uuid).isPresent(), RunningApi::id),
                    searches,
                    MonotonicClock.SYSTEM),
                new JobResource(jobs, events, clock),
                new DeadLetterResource(new DeadLetters(redis), redis, clock),
                new SeriesResource(new Series(redis), new JobSeries(redis)),
                new DeadLetterSearchResource(
                    new DeadLetterSearch(new DeadLetters(redis), redis, MonotonicClock.SYSTEM),
                    redis,
                    clock),
                new WorkerResource(new WorkerReports(redis), false),
                new ConnectorSummaryResource(ConnectorSummaries.of(redis, registry)),
                new AttentionResource(attention(registry, clock)),
                eventResource,
                liveResource));
    server =
        HttpServer.start(
            "127.0.0.1",
            port,
            limits,
            new Site(
                table,
                Versions.PRODUCT,
                Versions.SWAGGER_UI,
                new RequestGate(Set.of("api.example.com"), "DSXCONNECT_ALLOWED_HOSTS")));
    presence = new PresenceWatch(redis, registry);
  }

  public int port() {
    return server.port();
  }

  public String url() {
    return server.url();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    presence.close();
    eventResource.close();
    liveResource.close();
    server.close();
    connectors.close();
    served.close();
    redis.close();
  }

  private Attention attention(Registry registry, InstantSource clock) {
    TroubleSources.Configured configured = new TroubleSources.Configured(false, false);
    return new Attention(
        redis,
        TroubleSources.all(redis, registry, configured, clock, System::nanoTime),
        System::nanoTime);
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }

  /** A core without a scanner. */
  private static final class FakeCore implements StatusResource.Core {
    @Override
    public Map<String, Object> configuration() {
      return Map.of("workers", Map.of("scan_request_batch_enabled", true));
    }

    @Override
    public List<StatusResource.EffectiveValue> effective() {
      return List.of(
          new StatusResource.EffectiveValue(
              "DSXCONNECT_X", "other", "Help", null, "7", "s", "default", false));
    }

    @Override
    public StatusResource.About about() {
      return new StatusResource.About("dev", null, new StatusResource.Trial("J", "/srv"), 5);
    }

    @Override
    public StatusResponse testScanner() {
      return StatusResponse.error("no scanner is configured", null);
    }

    @Override
    public String useScanner(String url) {
      if (url.equals("forbidden")) {
        throw Refusal.of(403, "set DSXCONNECT_ALLOW_OPEN_CONFIG=true");
      }
      return url.replaceFirst("/scan/binary.*$", "");
    }
  }
}
