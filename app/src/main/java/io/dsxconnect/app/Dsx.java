package io.dsxconnect.app;

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
import io.dsxconnect.contract.Printable;
import io.dsxconnect.core.api.Versions;
import io.dsxconnect.settings.PathText;
import io.dsxconnect.settings.StartFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line. An error is one line on standard error that names the remedy, and exit code 2.
 */
@Command(
    name = "dsx",
    description =
        "Finds malware in file stores and proves which files were scanned, which were not, and"
            + " why.",
    mixinStandardHelpOptions = true,
    versionProvider = Dsx.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "To begin: dsx quickstart", "To run every check: dsx test"})
public final class Dsx implements Runnable {

  @CommandLine.Spec CommandLine.Model.CommandSpec spec;

  Dsx() {
    this.spec = CommandLine.Model.CommandSpec.create();
  }

  public static void main(String[] args) {
    // Must be set before the first log: the name of the class alone does not load its superclass.
    System.setProperty("java.util.logging.manager", ShutdownSafeLogManager.class.getName());
    StandardOutput output = StandardOutput.install();
    int code = commandLine(System.getenv()).execute(args);
    System.exit(output.exitCode(code));
  }

  /**
   * @param environment variables of the process; commands read them from here alone, except those
   *     that are the default of an option
   */
  static CommandLine commandLine(Map<String, String> environment) {
    CommandLine line =
        new CommandLine(new Dsx())
            .addSubcommand(new QuickstartCommand(environment))
            .addSubcommand(new ScanCommand(environment))
            .addSubcommand(new AllInOneCommand(environment))
            .addSubcommand(new ApiCommand(environment))
            .addSubcommand(new WorkerCommand(environment))
            .addSubcommand(ConnectorCommand.commandLine(environment))
            .addSubcommand(new StandinCommand(environment))
            .addSubcommand(new HealthCommand(environment))
            .addSubcommand(new ConfigCommand(environment))
            .addSubcommand(new JobsCommand())
            .addSubcommand(new ConnectorsCommand())
            .addSubcommand(new ResultsCommand())
            .addSubcommand(new DeadLettersCommand())
            .addSubcommand(completion());
    line.setParameterExceptionHandler(Dsx::wrongParameters);
    line.setExecutionExceptionHandler(Dsx::failed);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(Path.class, Dsx::path);
    return line;
  }

  private static CommandLine completion() {
    CommandLine line = new CommandLine(new AutoComplete.GenerateCompletion());
    // As a help command it silently accepts any option.
    line.getCommandSpec().helpCommand(false);
    return line;
  }

  private static Path path(String text) {
    return PathText.path(text).orElseThrow(() -> new TypeConversionException(PathText.help(text)));
  }

  private static int wrongParameters(ParameterException e, String[] args) {
    ParameterException cause = cause(e);
    List<String> similar =
        cause instanceof UnmatchedArgumentException unknown ? unknown.getSuggestions() : List.of();
    return error(
        cause.getCommandLine(),
        cause.getMessage()
            + (similar.isEmpty() ? "" : ", did you mean " + String.join(" or ", similar) + "?")
            + " (see '"
            + cause.getCommandLine().getCommandSpec().qualifiedName()
            + " --help')");
  }

  /**
   * The error to report. Picocli reports a missing parameter before an unknown option, which may be
   * a misspelled one.
   */
  private static ParameterException cause(ParameterException e) {
    if (e instanceof MissingParameterException) {
      for (CommandLine line = e.getCommandLine(); line != null; line = line.getParent()) {
        List<String> unknown = line.getUnmatchedArguments();
        if (!unknown.isEmpty()) {
          return new UnmatchedArgumentException(line, unknown);
        }
      }
    }
    return e;
  }

  private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
    if (e instanceof StartFailure) {
      return error(line, String.valueOf(e.getMessage()));
    }
    if (Lifetime.ending()) {
      // A signal closed the parts while the command used them: not an error to report.
      return 2;
    }
    org.slf4j.LoggerFactory.getLogger(Dsx.class).debug("unexpected exception", e);
    return error(
        line,
        "unexpected: "
            + e.getClass().getSimpleName()
            + ": "
            + e.getMessage()
            + "; run again with --loglevel debug and report the output");
  }

  private static int error(CommandLine line, String message) {
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
