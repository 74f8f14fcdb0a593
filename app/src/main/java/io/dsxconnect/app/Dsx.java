package io.dsxconnect.app;

import io.dsxconnect.core.api.Versions;
import io.dsxconnect.app.command.AllInOneCommand;
import io.dsxconnect.app.command.ApiCommand;
import io.dsxconnect.app.command.ConfigCommand;
import io.dsxconnect.app.command.ConnectorCommand;
import io.dsxconnect.app.command.HealthCommand;
import io.dsxconnect.app.command.QuickstartCommand;
import io.dsxconnect.app.command.ScanCommand;
import io.dsxconnect.app.command.StandinCommand;
import io.dsxconnect.app.command.WorkerCommand;
import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.app.process.ShutdownSafeLogManager;
import io.dsxconnect.app.process.StandardOutput;
import io.dsxconnect.app.remote.ConnectorsCommand;
import io.dsxconnect.app.remote.DeadLettersCommand;
import io.dsxconnect.app.remote.JobsCommand;
import io.dsxconnect.app.remote.ResultsCommand;
import io.dsxconnect.app.wiring.Platform;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.redis.embedded.RedisNotStarted;
import io.dsxconnect.settings.InvalidSettings;
import io.dsxconnect.settings.PathText;
import io.dsxconnect.settings.StartFailure;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The command line. Errors are one line that says what to do, and exit code 2. */
@Command(
    name = "dsx",
    description =
        "Finds malware in file stores, and proves what was scanned, what was not, and why.",
    mixinStandardHelpOptions = true,
    versionProvider = Dsx.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      QuickstartCommand.class,
      ScanCommand.class,
      AllInOneCommand.class,
      ApiCommand.class,
      WorkerCommand.class,
      ConnectorCommand.class,
      StandinCommand.class,
      HealthCommand.class,
      ConfigCommand.class,
      JobsCommand.class,
      ConnectorsCommand.class,
      ResultsCommand.class,
      DeadLettersCommand.class,
      AutoComplete.GenerateCompletion.class
    },
    footer = {"", "To begin: dsx quickstart", "Every check: dsx test"})
public final class Dsx implements Runnable {

  @CommandLine.Spec CommandLine.Model.CommandSpec spec;

  Dsx() {
    this.spec = CommandLine.Model.CommandSpec.create();
  }

  public static void main(String[] args) {
    // Before anything logs; naming the class does not load its superclass yet.
    System.setProperty("java.util.logging.manager", ShutdownSafeLogManager.class.getName());
    StandardOutput output = StandardOutput.install();
    int code = commandLine().execute(args);
    System.exit(output.exitCode(code));
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Dsx());
    line.setParameterExceptionHandler(Dsx::wrongParameters);
    line.setExecutionExceptionHandler(Dsx::failed);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(Path.class, Dsx::path);
    return line;
  }

  private static Path path(String text) {
    return PathText.path(text).orElseThrow(() -> new TypeConversionException(PathText.help(text)));
  }

  private static int wrongParameters(ParameterException e, String[] args) {
    return say(
        e.getCommandLine(),
        e.getMessage()
            + " (see '"
            + e.getCommandLine().getCommandSpec().qualifiedName()
            + " --help')");
  }

  private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    if (e instanceof StartFailure || e instanceof InvalidSettings || e instanceof RedisNotStarted) {
      return say(line, String.valueOf(e.getMessage()));
    }
    if (Lifetime.ending()) {
      // A signal took the parts away under the command; there is nothing to report.
      return 2;
    }
    org.slf4j.LoggerFactory.getLogger(Dsx.class).debug("defect", e);
    return say(
        line,
        "unexpected: "
            + e.getClass().getSimpleName()
            + ": "
            + e.getMessage()
            + "; run again with --loglevel debug and report what it prints");
  }

  private static int say(CommandLine line, String message) {
    line.getErr().println("dsx: " + Printable.of(message));
    return 2;
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"dsx-connect " + Versions.PRODUCT};
    }
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}
