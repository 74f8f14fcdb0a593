package io.dsxconnect.app.wiring;

import io.dsxconnect.core.api.HealthResource;
import io.dsxconnect.core.api.MetricsResource;
import io.dsxconnect.core.api.StatusResource;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Concurrency;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.record.RecordDeletion;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.scanner.ScannerProbe;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.routes.RouteTable;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The core on one Redis. A process starts the parts of its role: the API, workers, or a health
 * server. Start parts from one thread; {@link #close} ends them all.
 */
public final class Platform implements AutoCloseable {
  private final ProcessParts process = new ProcessParts();
  private final CoreParts core;
  private final WorkerWiring workers;
  private volatile StatusResource.@Nullable Trial trial;

  final Jobs jobs;
  final Results results;
  final RecordDeletion deletion;

  /**
   * @param redis used until {@link #close}, which does not close it
   */
  public Platform(CoreSettings settings, Redis redis) {
    this.core = new CoreParts(settings, redis, process);
    this.workers = new WorkerWiring(core);
    this.jobs = core.jobs;
    this.results = core.results;
    this.deletion = core.deletion;
  }

  /**
   * Starts the API. Returns as soon as it listens, whether or not Redis answers.
   *
   * @param port 0 for any free one
   * @throws io.dsxconnect.settings.StartFailure when it cannot listen there
   */
  public HttpServer startApi(String host, int port) {
    return new ApiWiring(core, () -> trial).start(host, port);
  }

  /** Makes the scan of {@code quickstart} known to its page. */
  void showTrial(StatusResource.Trial shown) {
    trial = shown;
  }

  /**
   * Serves only healthz, readyz and metrics, for a process without the API.
   *
   * @param port 0 for any free one
   * @throws io.dsxconnect.settings.StartFailure when it cannot listen there
   */
  public HttpServer startHealth(String host, int port) {
    return core.process.opened(
        HttpServer.start(
            host,
            port,
            core.settings.api().tls(),
            new RouteTable(
                "",
                List.of(
                    new HealthResource(core.redis, core.process::fault),
                    new MetricsResource(core.process.metrics)))));
  }

  /**
   * Why the scanner cannot take any file, and what to do about it; empty when it takes files, or
   * will once it is less busy. Probes the scanner, which blocks.
   */
  Optional<String> scannerObstacle() {
    return core.scanner == null
        ? Optional.of(CoreSettings.NO_SCANNER)
        : ScannerProbe.obstacle(core.scanner);
  }

  /** As {@link #scannerObstacle}, and a busy scanner is an obstacle too. */
  Optional<String> waitReason() {
    return core.scanner == null ? scannerObstacle() : ScannerProbe.obstacleOfAnyKind(core.scanner);
  }

  /**
   * Starts the worker of a stage. The worker of the result stage also runs the upkeep of jobs and
   * listings, and the syslog sender when a collector is configured.
   *
   * @throws NullPointerException for the scan stage when no scanner is configured
   */
  public void startWorker(Stage stage, Concurrency concurrency) {
    workers.start(stage, concurrency);
  }

  /** Blocks until all workers have drained, then ends everything else. */
  @Override
  public void close() {
    workers.close();
    process.close();
  }
}
