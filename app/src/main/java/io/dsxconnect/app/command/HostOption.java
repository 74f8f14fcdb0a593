package io.dsxconnect.app.command;

import picocli.CommandLine.Option;

/** {@code --host} of a server. Each command has its own default. */
class HostOption {
  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Address to listen on, 0.0.0.0 for all that this machine has; default:"
              + " ${DEFAULT-VALUE}")
  String host;

  HostOption(String host) {
    this.host = host;
  }
}
