package io.dsxconnect.app.wiring;

import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.job.Listings;
import io.dsxconnect.core.record.RecordDeletion;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.runtime.ScannerAddress;
import io.dsxconnect.core.scanner.DsxaScanner;
import io.dsxconnect.core.scanner.ScannerWatch;
import io.dsxconnect.core.worker.WorkerReports;
import io.dsxconnect.http.client.HttpClients;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What API and workers of one process share: stores, clients, the scanner. Built once; the fields
 * are thread-safe.
 */
final class CoreParts {
  /** Large enough never to limit the number of files in work: the workers do that. */
  private static final HttpClients.Pool FILE_POOL = new HttpClients.Pool(20_000, 10_064);

  private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(5);

  final CoreSettings settings;
  final Redis redis;
  final ProcessParts process;
  final InstantSource clock = Clock.systemUTC();
  final Supplier<String> ids = () -> UUID.randomUUID().toString();

  /** Seconds since the epoch. */
  final long startedAt = clock.millis() / 1000;

  final Jobs jobs;
  final Listings listings;
  final Results results;
  final RecordDeletion deletion;
  final Registry registry;
  final WorkerReports workerReports;
  final ScannerAddress address;
  final @Nullable DsxaScanner scanner;

  /** What the answers to this process's scan worker show. */
  final @Nullable ScannerWatch scannerWatch;

  /** Fetches files and requests item actions. */
  final ConnectorClient files;

  /** Calls connectors for clients of the API. */
  final ConnectorClient calls;

  CoreParts(CoreSettings settings, Redis redis, ProcessParts process) {
    this.settings = settings;
    this.redis = redis;
    this.process = process;
    process.watch("the watch over the connection to Redis", redis::watched);
    this.jobs = new Jobs(redis);
    this.listings = new Listings(redis);
    this.results = new Results(redis);
    this.deletion = new RecordDeletion(redis, results);
    this.workerReports = new WorkerReports(redis);
    this.files = client(settings.connectors().times(), FILE_POOL);
    this.calls = client(settings.connectors().times(), ConnectorClient.POOL);
    ConnectorClient health = client(ConnectorClient.Times.of(HEALTH_TIMEOUT), ConnectorClient.POOL);
    this.registry = new Registry(redis, clock, settings.redis().env(), health::answers);
    this.address = new ScannerAddress(redis);
    this.scanner =
        settings.scanner().base() == null
            ? null
            : process.opened(new DsxaScanner(settings.scanner()));
    this.scannerWatch = scanner == null ? null : new ScannerWatch(scanner, System::nanoTime);
    if (scanner != null) {
      DsxaScanner current = scanner;
      process.upkeep("scanner-address", () -> address.get().ifPresent(current::moveTo));
    }
  }

  private ConnectorClient client(ConnectorClient.Times times, HttpClients.Pool pool) {
    return process.opened(new ConnectorClient(times, pool, settings.connectors().client()));
  }
}
