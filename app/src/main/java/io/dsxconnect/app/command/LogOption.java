package io.dsxconnect.app.command;

import io.dsxconnect.app.process.Logs;
import java.util.logging.Level;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --loglevel} of every command. Setting it configures the logs of the process. */
final class LogOption {
  @Spec(Spec.Target.MIXEE)
  CommandSpec command = CommandSpec.create();

  private final Level unset;
  private final boolean forPeople;

  /** Servers log information. */
  LogOption() {
    this(Level.INFO, false);
  }

  /**
   * @param unset level when neither the option nor {@code LOG_LEVEL} is given
   * @param forPeople whether the command itself prints that the stand-in gives the verdicts
   */
  private LogOption(Level unset, boolean forPeople) {
    this.unset = unset;
    this.forPeople = forPeople;
  }

  /** For commands whose output people read: their results are on the terminal, not in the log. */
  static LogOption forPeople() {
    return new LogOption(Level.WARNING, true);
  }

  @Option(
      names = "--loglevel",
      paramLabel = "LEVEL",
      description =
          "debug, info, warning or error; default: LOG_LEVEL, else info (quickstart and scan:"
              + " warning)",
      defaultValue = "${env:LOG_LEVEL:-}")
  void level(String name) {
    // A blank LOG_LEVEL is a Compose file that passes on a variable that is not set.
    Level level =
        name.isBlank()
            ? unset
            : Logs.level(name)
                .orElseThrow(
                    () ->
                        new ParameterException(
                            command.commandLine(),
                            "no log level is named '"
                                + name
                                + "'; set --loglevel, or LOG_LEVEL, to debug, info, warning or"
                                + " error"));
    Logs.configure(level);
    if (forPeople && name.isBlank()) {
      Logs.muteStandin();
    }
  }
}
