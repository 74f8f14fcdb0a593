package io.dsxconnect.app.command;

import io.dsxconnect.app.process.HealthFile;
import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.connector.Connector;
import io.dsxconnect.connector.ConnectorSettings;
import io.dsxconnect.connector.filesystem.FilesystemRepository;
import io.dsxconnect.connector.filesystem.FilesystemSettings;
import io.dsxconnect.core.api.Versions;
import io.dsxconnect.settings.Secret;
import io.dsxconnect.settings.Settings;
import io.dsxconnect.settings.StartFailure;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dsx connector}: one subcommand per kind of connector. */
@Command(
    name = "connector",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "KIND",
    description = "Runs a connector.")
public final class ConnectorCommand implements Runnable {
  private static final Logger logger = LoggerFactory.getLogger(ConnectorCommand.class);

  @CommandLine.Spec CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

  /** The command with one subcommand per kind of connector. */
  public static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new ConnectorCommand()).addSubcommand(new Filesystem(environment));
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "name the kind of connector: filesystem");
  }

  @Command(
      name = "filesystem",
      mixinStandardHelpOptions = true,
      description =
          "Connects a folder. DSXCONNECTOR_ASSET names the folder, DSXCONNECTOR_DSX_CONNECT_URL the"
              + " core.")
  static final class Filesystem implements Callable<Integer> {
    @Mixin LogOption log = new LogOption();

    @Mixin ListenOptions listen = new ListenOptions(ListenOptions.THIS_MACHINE, 8620);

    /** The settings of this connector beyond those of every connector. */
    record FilesystemOnly(FilesystemSettings files, @Nullable Secret enrolment) {}

    static FilesystemOnly declare(Settings settings, String actionTarget) {
      return new FilesystemOnly(
          FilesystemSettings.from(settings, actionTarget),
          settings.secret(
              "DSXCONNECT_ENROLLMENT_TOKEN",
              "Token that the connector sends to the core when it registers"));
    }

    private final Map<String, String> environment;

    /**
     * @param environment variables of the process, read once at its start
     */
    Filesystem(Map<String, String> environment) {
      this.environment = environment;
    }

    @Override
    public Integer call() {
      Settings env = new Settings(environment);
      ConnectorSettings settings =
          ConnectorSettings.from(
              env,
              "filesystem-connector",
              Path.of(System.getProperty("user.home"), ".dsx-connect", "filesystem-connector"));
      FilesystemOnly own = declare(env, settings.actionTarget());
      env.check("DSXCONNECTOR_");
      Path asset = own.files().asset();
      if (asset == null) {
        throw new StartFailure("no folder is configured; set DSXCONNECTOR_ASSET");
      }
      if (own.files().monitor()) {
        logger.warn(
            "DSXCONNECTOR_MONITOR has no effect: this version does not watch for changes; start"
                + " full scans, for example with cron");
      }
      FilesystemRepository repository =
          new FilesystemRepository(
              new FilesystemRepository.Place(
                  asset, own.files().quarantine(), settings.dataDir(), path -> false),
              Clock.systemUTC(),
              () -> UUID.randomUUID().toString());
      try (Lifetime life = new Lifetime(HealthFile.of(environment))) {
        Connector connector =
            life.add(
                Connector.builder(
                        settings.mounted(
                            own.files().displayName(), own.files().quarantine().toString()),
                        repository,
                        () -> UUID.randomUUID().toString())
                    .listen(listen.host, listen.port)
                    .version(Versions.PRODUCT)
                    .enrolment(own.enrolment() == null ? null : own.enrolment().value())
                    .start());
        return life.serve("connector", connector.url(), connector.healthUrl());
      }
    }
  }
}
