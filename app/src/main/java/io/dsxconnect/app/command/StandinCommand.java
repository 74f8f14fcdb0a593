package io.dsxconnect.app.command;

import io.dsxconnect.app.process.HealthFile;
import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.http.tls.KeyFiles;
import io.dsxconnect.http.tls.ServerTls;
import io.dsxconnect.settings.StartFailure;
import io.dsxconnect.standin.Behaviour;
import io.dsxconnect.standin.Standin;
import io.dsxconnect.standin.StandinSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dsx scanner-standin}: a program with DSXA's API for demos and tests. */
@Command(
    name = "scanner-standin",
    mixinStandardHelpOptions = true,
    description =
        "Serves DSXA's API for demos and tests. It is NOT a scanner: it finds only the EICAR test"
            + " string.")
public final class StandinCommand implements Callable<Integer> {
  @Mixin LogOption log = new LogOption();

  @Mixin ListenOptions listen = new ListenOptions(ListenOptions.THIS_MACHINE, 5000);

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Token that callers must send as AUTH_TOKEN or AUTH; default: DSX_STANDIN_TOKEN, else"
              + " none",
      defaultValue = "${env:DSX_STANDIN_TOKEN}")
  @Nullable String token;

  @Option(
      names = "--hashes",
      paramLabel = "FILE",
      description = "File with the SHA-256 hashes of further malicious files, one per line")
  @Nullable Path hashes;

  @Option(
      names = "--path-root",
      paramLabel = "DIR",
      description = "Allow scan/by_path below this folder")
  @Nullable Path pathRoot;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "Serve HTTPS with this PEM certificate; needs --tls-key")
  @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "PEM file with the key of --tls-cert")
  @Nullable Path key;

  @Option(
      names = "--delay",
      paramLabel = "MS",
      defaultValue = "${env:DSX_STANDIN_DELAY:-0}",
      description =
          "Delay before each response, in milliseconds; default: DSX_STANDIN_DELAY, else 0")
  long delay;

  @Option(
      names = "--behave",
      paramLabel = "MODE",
      defaultValue = "good",
      description =
          "Behaviour: good, busy, broken, unauthorized, nonsense, empty, new-verdict, wrong-length,"
              + " wrong-hash, hasty or nested; default: ${DEFAULT-VALUE}")
  String behave = "good";

  private final Map<String, String> environment;

  /**
   * @param environment variables of the process, read once at its start
   */
  public StandinCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    Behaviour.Mode mode;
    Set<String> listed;
    try {
      mode = Behaviour.mode(behave);
      listed = hashes == null ? Set.of() : StandinSettings.hashesIn(hashes);
    } catch (IllegalArgumentException e) {
      throw new StartFailure(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new StartFailure("cannot read the hashes in " + hashes, e);
    }
    try (Lifetime life = new Lifetime(HealthFile.of(environment))) {
      Standin standin =
          life.add(
              Standin.start(
                  listen.host,
                  listen.port,
                  tls(),
                  new StandinSettings(
                      token == null || token.isBlank() ? null : token,
                      listed,
                      pathRoot == null ? null : pathRoot.toAbsolutePath().normalize(),
                      new Behaviour(Duration.ofMillis(delay), mode))));
      return life.serve("scanner-standin", standin.url(), standin.url() + Routes.HEALTHZ);
    }
  }

  private @Nullable ServerTls tls() {
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new StartFailure("--tls-cert and --tls-key must be given together");
    }
    return ServerTls.of(new KeyFiles(certificate, key));
  }
}
