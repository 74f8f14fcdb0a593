package io.dsxconnect.app.wiring;

import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.connector.Connector;
import io.dsxconnect.connector.ConnectorSettings;
import io.dsxconnect.connector.filesystem.FilesystemRepository;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.api.Versions;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.http.client.HttpClients;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.Limits;
import io.dsxconnect.redis.embedded.EmbeddedRedis;
import io.dsxconnect.settings.Settings;
import io.dsxconnect.settings.StartFailure;
import io.dsxconnect.standin.Standin;
import io.dsxconnect.standin.StandinSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;

/**
 * The whole pipeline in this process, on a private Redis and free ports: API, workers, connectors
 * and, if no scanner is configured, the stand-in. Nothing is left behind.
 */
public final class LocalRun {
  private final Lifetime life;
  private final Path temp;

  /** Real paths that no listing offers for scanning. */
  private final Set<Path> own = ConcurrentHashMap.newKeySet();

  private final HttpServer api;
  private final boolean demo;
  public final Platform platform;

  /**
   * @param life ends it
   * @param settings its Redis is not used
   * @param apiPort 0 takes a free one
   */
  public LocalRun(Lifetime life, CoreSettings settings, int apiPort) {
    this.life = life;
    WorkerConcurrency.requireFiles(Limits.openFiles());
    try {
      temp = folder(life, "dsx-run");
      EmbeddedRedis redis = life.add(EmbeddedRedis.ephemeral());
      leaveOut(List.of(temp, redis.folder()));
      redis.onUnexpectedEnd(
          () ->
              Lifetime.abandon("the private Redis has ended; scan again, nothing was reported", 2));
      CoreSettings used = settings.withRedis(redis.url()).forItself();
      demo = used.scanner().base() == null;
      if (demo) {
        Standin standin = life.add(Standin.start("127.0.0.1", 0, StandinSettings.DEFAULT));
        used = used.withScanner(used.scanner().demoAt(standin.url()));
      }
      Redis connected = life.add(Redis.connect(used.redis()));
      platform = life.add(new Platform(used, connected));
      api = platform.startApi("127.0.0.1", apiPort);
      for (Stage stage : Stage.values()) {
        platform.startWorker(stage, used.concurrency().limit(stage));
      }
    } catch (IOException e) {
      throw new StartFailure("cannot make a temporary folder: " + e.getMessage(), e);
    }
  }

  /** A temporary folder that is deleted when the run ends, however it ends. */
  public static Path folder(Lifetime life, String prefix) throws IOException {
    Path folder = Files.createTempDirectory(prefix);
    life.add(() -> delete(folder));
    return folder;
  }

  /** Files and folders of this run itself, which may lie in what is scanned. */
  public void leaveOut(List<Path> files) {
    for (Path file : files) {
      try {
        Path folder = file.toAbsolutePath().getParent();
        own.add(folder == null ? file : folder.toRealPath().resolve(file.getFileName()));
      } catch (IOException e) {
        throw new StartFailure(file + ": its folder cannot be read: " + e.getMessage(), e);
      }
    }
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }

  public String apiUrl() {
    return api.url();
  }

  public boolean demo() {
    return demo;
  }

  /** Starts a connector on a folder and a full scan of it; gives back the job's id. */
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
            new FilesystemRepository.Place(asset, data.resolve("quarantine"), null, own::contains),
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
                target.request("POST", "").build(),
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

  /** Stays until a signal comes. */
  public int serve() {
    return life.serve("quickstart", apiUrl(), "");
  }

  public Job job(String id) {
    return platform.jobs.find(id).orElse(new Job(Map.of("job_id", id)));
  }

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
