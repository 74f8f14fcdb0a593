package io.dsxconnect.app;

import picocli.CommandLine.Option;

/** {@code --loglevel}, the same at every command. */
final class LogOption {
  @Option(
      names = "--loglevel",
      paramLabel = "LEVEL",
      description = "debug, info, warning or error (default: LOG_LEVEL, else ${DEFAULT-VALUE})",
      defaultValue = "${env:LOG_LEVEL:-info}")
  void level(String level) {
    Logs.configure(level);
  }
}
