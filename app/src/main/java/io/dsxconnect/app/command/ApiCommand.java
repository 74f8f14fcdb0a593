package io.dsxconnect.app.command;

import io.dsxconnect.app.process.HealthFile;
import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.app.wiring.CoreSettings;
import io.dsxconnect.app.wiring.Platform;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.http.server.HttpServer;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dsx api}: the HTTP API. */
@Command(
    name = "api",
    mixinStandardHelpOptions = true,
    description = "Serves the HTTP API on the Redis of DSXCONNECT_REDIS_URL.")
public final class ApiCommand implements Callable<Integer> {
  @Mixin LogOption log = new LogOption();

  @Mixin ListenOptions listen = new ListenOptions(ListenOptions.THIS_MACHINE, 8586);

  private final Map<String, String> environment;

  /**
   * @param environment variables of the process, read once at its start
   */
  public ApiCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    CoreSettings settings = CoreSettings.from(environment);
    try (Lifetime life = new Lifetime(HealthFile.of(environment))) {
      Redis redis = life.add(Redis.connectWhenItAnswers(settings.redis()));
      Platform platform = life.add(new Platform(settings, redis));
      HttpServer server = platform.startApi(listen.host, listen.port);
      return life.serve(redis, "api", server.url(), server.url() + Routes.API + Routes.HEALTHZ);
    }
  }
}
