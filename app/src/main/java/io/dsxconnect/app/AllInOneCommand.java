package io.dsxconnect.app;

import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.http.HttpServer;
import io.dsxconnect.redis.embedded.EmbeddedRedis;
import io.dsxconnect.standin.Standin;
import io.dsxconnect.standin.StandinSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "all-in-one",
    mixinStandardHelpOptions = true,
    description = "API, four workers and Redis in one process; keeps its data.")
final class AllInOneCommand implements Callable<Integer> {
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

  @Override
  public Integer call() {
    CoreSettings settings = CoreSettings.from(System.getenv());
    List<AutoCloseable> parts = new ArrayList<>();
    if (System.getenv("DSXCONNECT_REDIS_URL") == null) {
      EmbeddedRedis redis = EmbeddedRedis.durable(dataDir);
      parts.add(redis);
      settings = settings.withRedis(redis.url());
    }
    if (settings.scanner().base() == null) {
      Standin standin = Standin.start("127.0.0.1", 0, StandinSettings.DEFAULT);
      parts.addFirst(standin);
      settings = settings.withScanner(settings.scanner().at(standin.url()));
    }
    try {
      Platform platform = new Platform(settings, Server.awaitRedis(settings.redis()));
      parts.addFirst(platform);
      HttpServer server = platform.startApi(host, port);
      for (Stage stage : Stage.values()) {
        platform.startWorker(stage, WorkerCommand.usual(stage));
      }
      return Server.stay("all-in-one", server.url(), parts.toArray(AutoCloseable[]::new));
    } catch (RuntimeException e) {
      Server.close(parts.toArray(AutoCloseable[]::new));
      throw e;
    }
  }
}
