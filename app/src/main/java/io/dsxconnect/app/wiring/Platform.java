package io.dsxconnect.app.wiring;

import io.dsxconnect.app.process.PeriodicTask;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.action.ActionStage;
import io.dsxconnect.core.api.ActionRetryResource;
import io.dsxconnect.core.api.AttentionResource;
import io.dsxconnect.core.api.BatchResource;
import io.dsxconnect.core.api.ConnectorCallResource;
import io.dsxconnect.core.api.ConnectorResource;
import io.dsxconnect.core.api.ConnectorSummaryResource;
import io.dsxconnect.core.api.DeadLetterResource;
import io.dsxconnect.core.api.DeadLetterSearchResource;
import io.dsxconnect.core.api.EventResource;
import io.dsxconnect.core.api.HealthResource;
import io.dsxconnect.core.api.JobResource;
import io.dsxconnect.core.api.LiveResource;
import io.dsxconnect.core.api.MetricsResource;
import io.dsxconnect.core.api.ResultResource;
import io.dsxconnect.core.api.ScanResource;
import io.dsxconnect.core.api.SeriesResource;
import io.dsxconnect.core.api.Site;
import io.dsxconnect.core.api.StatusResource;
import io.dsxconnect.core.api.Versions;
import io.dsxconnect.core.api.WorkerResource;
import io.dsxconnect.core.attention.Attention;
import io.dsxconnect.core.attention.TroubleSources;
import io.dsxconnect.core.connector.ConnectorAddresses;
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
import io.dsxconnect.core.metrics.LiveMeters;
import io.dsxconnect.core.metrics.MemoryMeters;
import io.dsxconnect.core.metrics.Metrics;
import io.dsxconnect.core.metrics.PlatformMeters;
import io.dsxconnect.core.metrics.SyslogMeters;
import io.dsxconnect.core.metrics.WorkerMeters;
import io.dsxconnect.core.notify.NotifyStage;
import io.dsxconnect.core.queue.CircuitBreakers;
import io.dsxconnect.core.queue.Concurrency;
import io.dsxconnect.core.queue.DeadLetterSearch;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.queue.Origins;
import io.dsxconnect.core.queue.RedisStageQueue;
import io.dsxconnect.core.queue.RefusalPolicy;
import io.dsxconnect.core.queue.Slots;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.StageHandler;
import io.dsxconnect.core.queue.Worker;
import io.dsxconnect.core.record.ActionRetry;
import io.dsxconnect.core.record.CancelledFiles;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.record.Retention;
import io.dsxconnect.core.record.Searches;
import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.core.result.ResultStage;
import io.dsxconnect.core.runtime.ScannerAddress;
import io.dsxconnect.core.scan.ScanStage;
import io.dsxconnect.core.scanner.DsxaScanner;
import io.dsxconnect.core.scanner.ScannerProbe;
import io.dsxconnect.core.scanner.ScannerWatch;

import io.dsxconnect.core.series.JobSeries;
import io.dsxconnect.core.series.Sampler;
import io.dsxconnect.core.series.Series;
import io.dsxconnect.core.series.WorkerGauges;
import io.dsxconnect.core.siem.SiemOutbox;
import io.dsxconnect.core.siem.SyslogSender;
import io.dsxconnect.core.siem.SyslogSettings;
import io.dsxconnect.core.stage.StageContext;
import io.dsxconnect.dashboard.Dashboard;
import io.dsxconnect.core.summary.ConnectorSummaries;
import io.dsxconnect.core.worker.Heartbeat;
import io.dsxconnect.core.worker.ScannerReport;
import io.dsxconnect.core.worker.ScannerReporter;
import io.dsxconnect.core.worker.ScannerStatus;
import io.dsxconnect.core.worker.WorkerReport;
import io.dsxconnect.core.worker.WorkerReports;
import io.dsxconnect.http.client.HttpClients;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.RequestGate;
import io.dsxconnect.routes.RouteTable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The object graph of the core on one Redis. A process starts the parts of its role: the API,
 * workers, or a health server. Start parts from one thread; {@link #close} ends them all.
 */
public final class Platform implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Platform.class);

  /** Large enough never to limit the number of files in work: the workers do that. */
  private static final HttpClients.Pool FILE_POOL = new HttpClients.Pool(20_000, 10_064);

  private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration SYSLOG_INTERVAL = Duration.ofMillis(200);
  private static final Duration IDLE_JOB_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration UPKEEP_INTERVAL = Duration.ofSeconds(2);

  private final CoreSettings settings;
  private final InstantSource clock = Clock.systemUTC();
  private final Supplier<String> ids = Platform::newId;
  private final Redis redis;
  private final Origins origins;
  private final Retention retention;
  private final ConnectorClient connectors;
  private final ConnectorClient calls;
  private final Registry registry;
  private final ConnectorAddresses addresses;
  private final ScannerAddress address;
  private final @Nullable DsxaScanner scanner;

  /** What the answers to this process's scan worker show. */
  private final @Nullable ScannerWatch scannerWatch;

  /** One suspect at a time may run alone in this process. */
  private final Semaphore blame = new Semaphore(1);

  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final Metrics metrics = opened(new Metrics());
  private final List<Worker> workers = new CopyOnWriteArrayList<>();
  private final List<Loop> loops = new CopyOnWriteArrayList<>();

  private record Loop(String name, BooleanSupplier working) {}

  private final Listings listings;
  private final WorkerReports workerReports;
  private final long startedAt;
  private volatile StatusResource.@Nullable Trial trial;

  final Jobs jobs;
  final Results results;

  /**
   * @param redis used until {@link #close}, which does not close it
   */
  public Platform(CoreSettings settings, Redis redis) {
    this.settings = settings;
    this.redis = redis;
    watch("the watch over the connection to Redis", redis::watched);
    this.origins = new Origins(redis);
    this.retention = new Retention(redis, settings.workers().retain());
    this.connectors =
        new ConnectorClient(
            settings.connectors().times(), FILE_POOL, settings.connectors().client());
    this.calls =
        opened(
            new ConnectorClient(
                settings.connectors().times(),
                ConnectorClient.POOL,
                settings.connectors().client()));
    ConnectorClient health =
        opened(
            new ConnectorClient(
                ConnectorClient.Times.of(HEALTH_TIMEOUT),
                ConnectorClient.POOL,
                settings.connectors().client()));
    this.registry = new Registry(redis, clock, settings.redis().env(), health::answers);
    this.addresses = new ConnectorAddresses(registry::find, System::nanoTime);
    this.jobs = new Jobs(redis);
    this.listings = new Listings(redis);
    this.workerReports = new WorkerReports(redis);
    this.startedAt = clock.millis() / 1000;
    this.results = new Results(redis);
    this.address = new ScannerAddress(redis);
    this.scanner =
        settings.scanner().base() == null ? null : opened(new DsxaScanner(settings.scanner()));
    this.scannerWatch = scanner == null ? null : new ScannerWatch(scanner, System::nanoTime);
    if (scanner != null) {
      DsxaScanner current = scanner;
      upkeep("scanner-address", () -> address.get().ifPresent(current::moveTo));
    }
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }

  /**
   * Starts the API. Returns as soon as it listens, whether or not Redis answers.
   *
   * @param port 0 for any free one
   * @throws io.dsxconnect.settings.StartFailure when it cannot listen there
   */
  public HttpServer startApi(String host, int port) {
    Events events = Events.ofResults(redis);
    EventResource eventResource =
        new EventResource(events, Events.ofConnectors(redis), jobs, clock);
    DeadLetters deadLetters = new DeadLetters(redis);
    Intake intake = new Intake(redis, ids);
    ApiPresence replica = announce(host, port);
    Attention attention =
        new Attention(
            redis,
            TroubleSources.all(
                redis,
                registry,
                new TroubleSources.Configured(settings.hasScanner(), settings.syslog() != null),
                clock,
                System::nanoTime),
            System::nanoTime);
    LiveFeed feed =
        new LiveFeed(
            redis,
            new PlatformStatus(redis, registry, attention, settings.hasScanner(), System::nanoTime),
            clock);
    LiveResource liveResource = new LiveResource(feed, Versions.PRODUCT, clock);
    RouteTable table =
        new RouteTable(
            Routes.API,
            List.of(
                new HealthResource(redis, this::fault),
                new StatusResource(
                    Versions.PRODUCT,
                    builtAt(),
                    new RunningCore(settings, scanner, address, this::about)),
                new ConnectorResource(registry, new ConnectorState(redis), listings),
                new ConnectorCallResource(registry, calls, jobs, listings, ids),
                new ScanResource(intake, results, jobs, replica, ids),
                new BatchResource(
                    intake, jobs, replica, ids, settings.connectors().batches().maxSize()),
                new ResultResource(
                    results, new Searches(results, MonotonicClock.SYSTEM), jobs, clock),
                new ActionRetryResource(
                    new ActionRetry(redis, uuid -> registry.find(uuid).isPresent(), ids)),
                new JobResource(jobs, events, clock),
                new DeadLetterResource(deadLetters, redis, clock),
                new SeriesResource(new Series(redis), new JobSeries(redis)),
                new DeadLetterSearchResource(
                    new DeadLetterSearch(deadLetters, redis, MonotonicClock.SYSTEM), redis, clock),
                new WorkerResource(workerReports, settings.hasScanner()),
                new ConnectorSummaryResource(ConnectorSummaries.of(redis, registry)),
                new AttentionResource(attention),
                eventResource,
                liveResource));
    HttpServer server =
        opened(
            HttpServer.start(
                host,
                port,
                settings.api().tls(),
                new Site(
                        table,
                        Versions.PRODUCT,
                        Versions.SWAGGER_UI,
                        new RequestGate(settings.api().allowedHosts(), "DSXCONNECT_ALLOWED_HOSTS"))
                    .andThen(new RouteTable("", List.of(new MetricsResource(metrics))))
                    .andThen(new Dashboard(Versions.PRODUCT))));
    metrics.add(new MemoryMeters(redis.memory()));
    metrics.add(new LiveMeters(feed));
    metrics.add(new PlatformMeters(redis, registry));
    Sampler sampler = new Sampler(redis, new WorkerGauges(workerReports));
    upkeep("time-series", sampler::sample);
    opened(eventResource);
    opened(liveResource);
    PresenceWatch presence = opened(new PresenceWatch(redis, registry));
    watch("the watch for silent connectors", presence::working);
    return server;
  }

  /** Makes the scan of {@code quickstart} known to its page. */
  void showTrial(StatusResource.Trial shown) {
    trial = shown;
  }

  private StatusResource.About about() {
    return new StatusResource.About(settings.redis().env(), demo(), trial, startedAt);
  }

  private @Nullable Boolean demo() {
    if (settings.scanner().demo()) {
      return true;
    }
    try {
      return ScannerStatus.of(workerReports.live(), settings.hasScanner()).demo();
    } catch (RedisUnavailableException e) {
      log.debug("whether the scanner is the stand-in is not known: {}", e.getMessage());
      return null;
    }
  }

  /** Opened before the server, so it is closed after the last response. */
  private ApiPresence announce(String host, int port) {
    ApiPresence presence = opened(new ApiPresence(redis, hostName() + ":" + host + ":" + port));
    try {
      presence.beat();
    } catch (RedisUnavailableException e) {
      log.debug("this replica announces itself when Redis is available again: {}", e.getMessage());
    }
    upkeep("api-presence", presence::beat);
    return presence;
  }

  private String builtAt() {
    return settings.api().buildTimestamp() == null
        ? clock.instant().atOffset(ZoneOffset.UTC).toString().replace("Z", "+00:00")
        : settings.api().buildTimestamp();
  }

  private <T extends AutoCloseable> T opened(T part) {
    running.push(part);
    return part;
  }

  /**
   * Serves only healthz, readyz and metrics, for a process without the API.
   *
   * @param port 0 for any free one
   * @throws io.dsxconnect.settings.StartFailure when it cannot listen there
   */
  public HttpServer startHealth(String host, int port) {
    return opened(
        HttpServer.start(
            host,
            port,
            settings.api().tls(),
            new RouteTable(
                "",
                List.of(new HealthResource(redis, this::fault), new MetricsResource(metrics)))));
  }

  /** The first loop that has ended although the process lives on; empty when all are alive. */
  private Optional<String> fault() {
    return loops.stream()
        .filter(loop -> !loop.working.getAsBoolean())
        .findFirst()
        .map(loop -> loop.name + " has ended; restart this process");
  }

  private void watch(String name, BooleanSupplier working) {
    loops.add(new Loop(name, working));
  }

  private void upkeep(String name, Runnable round) {
    PeriodicTask upkeep = opened(new PeriodicTask(name, UPKEEP_INTERVAL, round));
    watch(name, upkeep::working);
  }

  /**
   * Why the scanner cannot take any file, and what to do about it; empty when it takes files, or
   * will once it is less busy. Probes the scanner, which blocks.
   */
  Optional<String> scannerObstacle() {
    return scanner == null ? Optional.of(CoreSettings.NO_SCANNER) : ScannerProbe.obstacle(scanner);
  }

  /** As {@link #scannerObstacle}, and a busy scanner is an obstacle too. */
  Optional<String> waitReason() {
    return scanner == null ? scannerObstacle() : ScannerProbe.obstacleOfAnyKind(scanner);
  }

  /**
   * Starts the worker of a stage. The worker of the result stage also runs the upkeep of jobs and
   * listings, and the syslog sender when a collector is configured.
   *
   * @throws NullPointerException for the scan stage when no scanner is configured
   */
  public void startWorker(Stage stage, Concurrency concurrency) {
    CircuitBreakers breakers = new CircuitBreakers(System::nanoTime);
    StageContext context =
        new StageContext(connectors, addresses, origins, settings.workers().retry(), breakers);
    Slots slots = new Slots(concurrency, MonotonicClock.SYSTEM);
    StageHandler handler =
        switch (stage) {
          case SCAN -> scanStage(context, slots, watched());
          case ACTION -> new ActionStage(context, ids);
          case RESULT ->
              new ResultStage(origins, clock, retention::records, settings.syslog() != null);
          case NOTIFY -> new NotifyStage(Events.ofResults(redis), jobs, clock);
        };
    String consumer = stage.queue() + "-" + ids.get();
    Worker worker =
        new Worker(
            new RedisStageQueue(redis, stage, consumer, LEASE), handler, slots, breakers, blame);
    workers.add(worker.start());
    watch("the worker on " + stage.queue(), worker::working);
    metrics.add(new WorkerMeters(stage, worker));
    startHeartbeat(stage, consumer, worker, breakers);
    if (stage == Stage.RESULT) {
      CancelledFiles cancelled = new CancelledFiles(redis, origins, clock, retention::records);
      upkeep(
          "jobs-upkeep",
          () -> {
            cancelled.recordAll();
            jobs.endIdle(IDLE_JOB_TIMEOUT);
            retention.upkeep();
          });
      upkeep("listings-upkeep", listings::endSilent);
      startSyslog();
    }
  }

  /** Opened after the worker, and closed when it has drained, so that it is listed until then. */
  private void startHeartbeat(
      Stage stage, String consumer, Worker worker, CircuitBreakers breakers) {
    Heartbeat heartbeat =
        opened(
            new Heartbeat(
                workerReports,
                new WorkerReport.Identity(
                    consumer,
                    hostName(),
                    ProcessHandle.current().pid(),
                    stage.queue(),
                    Versions.PRODUCT,
                    startedAt),
                worker,
                stage == Stage.SCAN ? scannerReports(breakers) : Optional::empty,
                MonotonicClock.SYSTEM));
    upkeep("heartbeat of " + stage.queue(), heartbeat::beat);
  }

  private Supplier<Optional<ScannerReport>> scannerReports(CircuitBreakers breakers) {
    DsxaScanner judge = Objects.requireNonNull(scanner, CoreSettings.NO_SCANNER);
    ScannerReporter reporter =
        new ScannerReporter(
            watched(), breakers, () -> judge.base().toString(), settings.scanner().demo(), clock);
    return () -> {
      reporter.probeIfSilent();
      return Optional.of(reporter.report());
    };
  }

  private ScannerWatch watched() {
    return Objects.requireNonNull(scannerWatch, CoreSettings.NO_SCANNER);
  }

  private void startSyslog() {
    SyslogSettings syslog = settings.syslog();
    if (syslog != null) {
      SiemOutbox outbox = new SiemOutbox(redis);
      SyslogSender sender =
          opened(
              new SyslogSender(
                      syslog, outbox, System::nanoTime, ids.get(), hostName(), SYSLOG_INTERVAL)
                  .start());
      watch("the syslog sender", sender::working);
      metrics.add(new SyslogMeters(sender, outbox));
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "-";
    }
  }

  private ScanStage scanStage(StageContext context, Slots slots, ScannerWatch watch) {
    DsxaScanner judge = Objects.requireNonNull(scanner, CoreSettings.NO_SCANNER);
    judge.onMove(
        () -> {
          watch.forget();
          // At its new address the scanner may accept files at once.
          context.breakers().probeSoon(CircuitBreakers.STAGE);
        });
    return new ScanStage(
        context,
        watch,
        slots,
        RefusalPolicy.DEFAULT,
        settings.scanner().maxBytes(),
        () -> ids.get().replace("-", ""));
  }

  /** Blocks until all workers have drained, at the same time, so they share one grace period. */
  @Override
  public void close() {
    List<Thread> draining =
        workers.stream().map(worker -> Thread.startVirtualThread(worker::close)).toList();
    for (Thread drain : draining) {
      try {
        drain.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        log.warn("closing a part of the process failed: {}", e.getMessage());
      }
    }
    connectors.close();
  }
}
