package io.dsxconnect.app.command;

import io.dsxconnect.core.api.Versions;
import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.app.wiring.Platform;
import io.dsxconnect.connector.Connector;
import io.dsxconnect.connector.ConnectorSettings;
import io.dsxconnect.connector.filesystem.FilesystemRepository;
import io.dsxconnect.connector.filesystem.FilesystemSettings;
import io.dsxconnect.settings.Secret;
import io.dsxconnect.settings.Settings;
import io.dsxconnect.settings.StartFailure;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "connector",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "KIND",
    description = "Runs a connector.",
    subcommands = ConnectorCommand.Filesystem.class)
public final class ConnectorCommand implements Runnable {
  private static final Logger logger = LoggerFactory.getLogger(ConnectorCommand.class);

  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "which connector? There is: filesystem");
  }

  @Command(
      name = "filesystem",
      mixinStandardHelpOptions = true,
      description =
          "Connects a folder: DSXCONNECTOR_ASSET names it, DSXCONNECTOR_DSX_CONNECT_URL the core.")
  static final class Filesystem implements Callable<Integer> {
    @Mixin LogOption log = new LogOption();

    @Option(names = "--host", defaultValue = "0.0.0.0", description = "default: ${DEFAULT-VALUE}")
    String host = "0.0.0.0";

    @Option(
        names = "--port",
        defaultValue = "8620",
        description = "0 takes a free one; default: ${DEFAULT-VALUE}")
    int port = 8620;

    /** What this connector reads beside what every connector does. */
    record Own(FilesystemSettings files, @Nullable Secret enrolment) {}

    static Own declare(Settings settings, String actionTarget) {
      return new Own(
          FilesystemSettings.from(settings, actionTarget),
          settings.secret("DSXCONNECT_ENROLLMENT_TOKEN", "shown to the core when it registers"));
    }

    @Override
    public Integer call() {
      Settings env = new Settings(System.getenv());
      ConnectorSettings settings =
          ConnectorSettings.from(
              env,
              "filesystem-connector",
              Path.of(System.getProperty("user.home"), ".dsx-connect", "filesystem-connector"));
      Own own = declare(env, settings.actionTarget());
      env.check("DSXCONNECTOR_");
      Path asset = own.files().asset();
      if (asset == null) {
        throw new StartFailure("no folder is named; set DSXCONNECTOR_ASSET");
      }
      if (own.files().monitor()) {
        logger.warn(
            "DSXCONNECTOR_MONITOR: this version does not watch for changes; start full scans, for example by cron");
      }
      FilesystemRepository repository =
          new FilesystemRepository(
              new FilesystemRepository.Place(
                  asset, own.files().quarantine(), settings.dataDir(), path -> false),
              Clock.systemUTC(),
              () -> UUID.randomUUID().toString());
      try (Lifetime life = new Lifetime()) {
        Connector connector =
            life.add(
                Connector.builder(
                        settings.mounted(
                            own.files().displayName(), own.files().quarantine().toString()),
                        repository,
                        () -> UUID.randomUUID().toString())
                    .listen(host, port)
                    .version(Versions.PRODUCT)
                    .enrolment(own.enrolment() == null ? null : own.enrolment().value())
                    .start());
        return life.serve("connector", connector.url(), connector.healthUrl());
      }
    }
  }
}
