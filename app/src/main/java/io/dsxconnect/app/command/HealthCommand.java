package io.dsxconnect.app.command;

import io.dsxconnect.app.process.HealthCheck;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code dsx health}: the health check of containers. */
@Command(
    name = "health",
    mixinStandardHelpOptions = true,
    description = "Checks whether a server on this machine is alive; for container health checks.",
    footer = {
      "",
      "Exit codes: 0 alive, 1 not alive or not ready yet, 2 wrong use.",
      "The check neither scans nor calls Redis, the scanner or a connector."
    })
public final class HealthCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "URL",
      defaultValue = "",
      description =
          "Health URL, for example http://127.0.0.1:8586/dsx-connect/api/v1/healthz; default: the"
              + " URL that the server wrote to the file that DSX_HEALTH_FILE names")
  String url = "";

  private final Map<String, String> environment;

  /**
   * @param environment variables of the process, read once at its start
   */
  public HealthCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    return HealthCheck.run(url, environment);
  }
}
