package io.dsxconnect.app.wiring;

import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.connector.Connector;
import io.dsxconnect.connector.ConnectorSettings;
import io.dsxconnect.connector.filesystem.FilesystemRepository;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.api.StatusResource;
import io.dsxconnect.core.api.Versions;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.record.ResultQuery;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.http.client.HttpClients;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.Limits;
import io.dsxconnect.redis.embedded.EmbeddedRedis;
import io.dsxconnect.settings.Settings;
import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;

/**
 * The whole pipeline in this process: a private Redis, API, workers, connectors and, if no scanner
 * is configured, the stand-in. Nothing of it stays when its {@link Lifetime} ends. Not thread-safe.
 */
public final class LocalRun {
  /** Records read from Redis at once. */
  private static final int PAGE_SIZE = 500;

  private final Lifetime life;
  private final Path temp;

  /** Real paths of this run's own files, which listings leave out. */
  private final Set<Path> ownFiles = ConcurrentHashMap.newKeySet();

  private final HttpServer api;
  private final boolean demo;
  private final Platform platform;

  /**
   * @param life closes every part
   * @param settings of the core; their Redis, syslog and TLS settings are not used
   * @param apiPort of 127.0.0.1; 0 for any free one
   * @throws StartFailure when the limit of open files is below 200, or no temporary folder can be
   *     created
   */
  public LocalRun(Lifetime life, CoreSettings settings, int apiPort) {
    this.life = life;
    WorkerConcurrency.requireOpenFiles(Limits.openFiles());
    try {
      temp = temporaryFolder(life, "dsx-run");
      EmbeddedRedis redis = life.add(EmbeddedRedis.ephemeral());
      leaveOut(List.of(temp, redis.folder()));
      redis.onUnexpectedEnd(
          () ->
              Lifetime.abort(
                  "the private Redis has ended and no report was written; scan again", 2));
      CoreSettings used = settings.withRedis(redis.url()).withoutSyslogAndTls();
      demo = !used.hasScanner();
      if (demo) {
        used = DemoScanner.start(life, used);
      }
      Redis connected = life.add(Redis.connect(used.redis()));
      platform = life.add(new Platform(used, connected));
      api = platform.startApi("127.0.0.1", apiPort);
      for (Stage stage : Stage.values()) {
        platform.startWorker(stage, used.workers().concurrency().limit(stage));
      }
    } catch (IOException e) {
      throw new StartFailure("cannot create a temporary folder: " + e.getMessage(), e);
    }
  }

  /** Creates a temporary folder, which is deleted when {@code life} ends, also by a signal. */
  public static Path temporaryFolder(Lifetime life, String prefix) throws IOException {
    Path folder = Files.createTempDirectory(prefix);
    life.add(() -> delete(folder));
    return folder;
  }

  /**
   * Excludes files of this run from every later scan: they may lie in a scanned folder.
   *
   * @throws StartFailure when the folder of one cannot be read
   */
  public void leaveOut(List<Path> files) {
    for (Path file : files) {
      try {
        Path folder = file.toAbsolutePath().getParent();
        ownFiles.add(folder == null ? file : folder.toRealPath().resolve(file.getFileName()));
      } catch (IOException e) {
        throw new StartFailure(file + ": its folder cannot be read: " + e.getMessage(), e);
      }
    }
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }

  /** {@code http://host:port} of the API. */
  public String apiUrl() {
    return api.url();
  }

  /** Whether the stand-in gives the verdicts. */
  public boolean demo() {
    return demo;
  }

  /**
   * Starts a connector on a folder or file, and a full scan of it.
   *
   * @param filter empty for all files
   * @return the job's id
   * @throws StartFailure when the full scan cannot be started within about 10 seconds
   */
  public String scan(Path asset, String filter) {
    Map<String, String> env = new HashMap<>();
    env.put("DSXCONNECTOR_DSX_CONNECT_URL", api.url());
    env.put("DSXCONNECTOR_FILTER", filter);
    Settings settings = new Settings(env);
    Path data = temp.resolve("connector-" + newId());
    ConnectorSettings connectorSettings =
        ConnectorSettings.from(settings, "filesystem-connector", data);
    settings.check();
    FilesystemRepository repository =
        new FilesystemRepository(
            new FilesystemRepository.Place(
                asset, data.resolve("quarantine"), null, ownFiles::contains),
            Clock.systemUTC(),
            LocalRun::newId);
    Connector connector =
        life.add(
            Connector.builder(connectorSettings, repository, LocalRun::newId)
                .version(Versions.PRODUCT)
                .start());
    return startScan(connector.uuid());
  }

  private String startScan(String uuid) {
    Target target =
        Target.parse(api.url())
            .orElseThrow()
            .child(Routes.API + Routes.CONNECTORS + Routes.FULL_SCAN + "/" + uuid);
    try (CloseableHttpClient client =
        HttpClients.client(Duration.ofSeconds(3), Duration.ofSeconds(30), 1)) {
      for (int attempt = 0; ; attempt++) {
        String job =
            client.execute(
                target.httpHost(),
                target.request("POST", "started_by=command+line").build(),
                response ->
                    response.getCode() == 202
                        ? response.getFirstHeader("X-Job-Id").getValue()
                        : "");
        if (!job.isEmpty()) {
          return job;
        }
        if (attempt == 100) {
          throw new StartFailure("the full scan could not be started");
        }
        pause(100);
      }
    } catch (IOException e) {
      throw new StartFailure("the full scan could not be started: " + e.getMessage(), e);
    }
  }

  /** Makes a scan known to the page, as the trial of a newcomer. */
  public void showTrial(String job, Path asset) {
    platform.showTrial(new StatusResource.Trial(job, Printable.of(asset.toString())));
  }

  /** Blocks until a signal ends the process; returns the exit code. */
  public int serve() {
    return life.serve("quickstart", apiUrl(), "");
  }

  /** The job as it is now, without any counts while it is not stored yet. */
  public Job job(String id) {
    return platform.jobs.find(id).orElse(new Job(Map.of("job_id", id)));
  }

  /**
   * Why the scanner cannot take any file, and what to do about it; empty when it takes files, or
   * will once it is less busy. Probes the scanner, which blocks.
   */
  public Optional<String> scannerObstacle() {
    return platform.scannerObstacle();
  }

  /** As {@link #scannerObstacle}, and a busy scanner is an obstacle too. */
  public Optional<String> waitReason() {
    return platform.waitReason();
  }

  /**
   * Passes a job's records to {@code sink} in the order of recording and deletes them from Redis,
   * so memory does not grow with the number of files. A page of records is deleted after {@code
   * sink} took all of it.
   *
   * @param from records of this job that earlier calls took
   * @return how many records this call took
   */
  public long drainRecords(String job, long from, Consumer<ScanResult> sink) {
    long taken = 0;
    while (true) {
      List<ScanResult> page = platform.results.page(job, from + taken, PAGE_SIZE);
      if (page.isEmpty()) {
        return taken;
      }
      page.forEach(sink);
      platform.deletion.delete(page);
      taken += page.size();
    }
  }

  /** The newest record of a job. */
  public Optional<ScanResult> newestRecord(String job) {
    return platform.results.ofJob(job, 1).stream().findFirst();
  }

  /** Records of a job's malicious files, at most {@code limit}. */
  public List<ScanResult> malicious(String job, int limit) {
    return platform.results.find(
        ResultQuery.ofJob(job).matching(ResultQuery.Filter.ofVerdict(ScanResponse.MALICIOUS)),
        limit);
  }

  /** Sleeps. An interrupt ends the sleep and stays set. */
  public static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
