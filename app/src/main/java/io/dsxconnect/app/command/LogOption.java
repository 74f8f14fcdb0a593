package io.dsxconnect.app.command;

import io.dsxconnect.app.process.Logs;
import java.util.logging.Level;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --loglevel}, the same at every command. */
final class LogOption {
  @Spec(Spec.Target.MIXEE)
  CommandSpec command = CommandSpec.create();

  @Option(
      names = "--loglevel",
      paramLabel = "LEVEL",
      description = "debug, info, warning or error (default: LOG_LEVEL, else info)",
      defaultValue = "${env:LOG_LEVEL:-info}")
  void level(String name) {
    Level level =
        Logs.level(name)
            .orElseThrow(
                () ->
                    new ParameterException(
                        command.commandLine(),
                        "no log level is '"
                            + name
                            + "'; --loglevel, else LOG_LEVEL, must be debug, info, warning or"
                            + " error"));
    Logs.configure(level);
  }
}
