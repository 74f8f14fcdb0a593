package io.dsxconnect.app.command;

import io.dsxconnect.app.process.HealthFile;
import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.app.wiring.CoreSettings;
import io.dsxconnect.app.wiring.Platform;
import io.dsxconnect.app.wiring.WorkerConcurrency;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.Limits;
import io.dsxconnect.redis.embedded.EmbeddedRedis;
import io.dsxconnect.standin.Standin;
import io.dsxconnect.standin.StandinSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "all-in-one",
    mixinStandardHelpOptions = true,
    description = "API, four workers and Redis in one process; keeps its data.")
public final class AllInOneCommand implements Callable<Integer> {
  @Mixin LogOption log = new LogOption();

  @Option(names = "--host", defaultValue = "127.0.0.1", description = "default: ${DEFAULT-VALUE}")
  String host = "127.0.0.1";

  @Option(
      names = "--port",
      defaultValue = "8586",
      description = "0 takes a free one; default: ${DEFAULT-VALUE}")
  int port = 8586;

  @Option(names = "--data-dir", paramLabel = "D", description = "default: ~/.dsx-connect")
  Path dataDir = Path.of(System.getProperty("user.home"), ".dsx-connect");

  @Option(
      names = "--demo",
      description = "without a configured scanner use the stand-in, which is NOT a scanner")
  boolean demo;

  private final Map<String, String> environment;

  /**
   * @param environment variables of the process, read once at its start
   */
  public AllInOneCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    WorkerConcurrency.requireFiles(Limits.openFiles());
    CoreSettings settings = CoreSettings.from(environment);
    try (Lifetime life = new Lifetime(HealthFile.of(environment))) {
      if (!settings.redis().configured()) {
        EmbeddedRedis own = life.add(EmbeddedRedis.durable(dataDir));
        own.onUnexpectedEnd(
            () ->
                Lifetime.abandon(
                    "the embedded Redis has ended; nothing that was accepted is lost, start again",
                    1));
        settings = settings.withRedis(own.url());
      }
      if (settings.scanner().base() == null && demo) {
        Standin standin = life.add(Standin.start("127.0.0.1", 0, StandinSettings.DEFAULT));
        settings = settings.withScanner(settings.scanner().demoAt(standin.url()));
      }
      Redis redis = life.add(Redis.connectWhenItAnswers(settings.redis()));
      Platform platform = life.add(new Platform(settings, redis));
      HttpServer server = platform.startApi(host, port);
      for (Stage stage : Stage.values()) {
        if (stage == Stage.SCAN && settings.scanner().base() == null) {
          System.err.println(
              "dsx: no scanner is configured: files wait; set DSXCONNECT_SCANNER__BASE_URL, or try"
                  + " --demo, which uses a stand-in that is NOT a scanner");
        } else {
          platform.startWorker(stage, settings.concurrency().limit(stage));
        }
      }
      return life.serve(
          redis, "all-in-one", server.url(), server.url() + Routes.API + Routes.HEALTHZ);
    }
  }
}
