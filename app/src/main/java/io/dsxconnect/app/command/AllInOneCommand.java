package io.dsxconnect.app.command;

import io.dsxconnect.app.process.HealthFile;
import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.app.wiring.CoreSettings;
import io.dsxconnect.app.wiring.DemoScanner;
import io.dsxconnect.app.wiring.Platform;
import io.dsxconnect.app.wiring.WorkerConcurrency;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.Limits;
import io.dsxconnect.redis.embedded.EmbeddedRedis;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dsx all-in-one}: the core in one process, for one machine. */
@Command(
    name = "all-in-one",
    mixinStandardHelpOptions = true,
    description = "Runs API, four workers and Redis in one process and keeps their data.")
public final class AllInOneCommand implements Callable<Integer> {
  @Mixin LogOption log = new LogOption();

  @Mixin ListenOptions listen = new ListenOptions("127.0.0.1", 8586);

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Folder for the data of Redis; default: ~/.dsx-connect")
  Path dataDir = Path.of(System.getProperty("user.home"), ".dsx-connect");

  @Mixin ScannerOptions scanner = new ScannerOptions();

  private final Map<String, String> environment;

  /**
   * @param environment variables of the process, read once at its start
   */
  public AllInOneCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    WorkerConcurrency.requireOpenFiles(Limits.openFiles());
    CoreSettings settings = CoreSettings.from(environment);
    try (Lifetime life = new Lifetime(HealthFile.of(environment))) {
      if (!settings.redis().configured()) {
        EmbeddedRedis own = life.add(EmbeddedRedis.durable(dataDir));
        own.onUnexpectedEnd(
            () ->
                Lifetime.abort(
                    "the embedded Redis has ended; start again, no accepted file is lost", 1));
        settings = settings.withRedis(own.url());
      }
      Optional<String> noScanner = scanner.missing(settings);
      if (!settings.hasScanner() && scanner.demo) {
        settings = DemoScanner.start(life, settings);
      }
      Redis redis = life.add(Redis.connectWhenItAnswers(settings.redis()));
      Platform platform = life.add(new Platform(settings, redis));
      HttpServer server = platform.startApi(listen.host, listen.port);
      for (Stage stage : Stage.values()) {
        if (stage == Stage.SCAN && noScanner.isPresent()) {
          System.err.println("dsx: " + noScanner.get() + ". Until then files wait");
        } else {
          platform.startWorker(stage, settings.workers().concurrency().limit(stage));
        }
      }
      return life.serve(
          redis, "all-in-one", server.url(), server.url() + Routes.API + Routes.HEALTHZ);
    }
  }
}
