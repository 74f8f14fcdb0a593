package io.dsxconnect.app.command;

import picocli.CommandLine.Option;

/** {@code --host} and {@code --port} of a server. Each command has its own defaults. */
final class ListenOptions extends HostOption {
  /** Nobody is authenticated, so the operator decides whether other machines may connect. */
  static final String THIS_MACHINE = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port to listen on, 0 for any free one; default: ${DEFAULT-VALUE}")
  int port;

  ListenOptions(String host, int port) {
    super(host);
    this.port = port;
  }
}
