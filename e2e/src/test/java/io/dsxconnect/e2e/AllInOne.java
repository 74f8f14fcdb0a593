package io.dsxconnect.e2e;

import io.dsxconnect.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code dsx all-in-one} with its own Redis and a stand-in for the scanner, and connectors beside
 * it. Keeps its address and its data across restarts. Confined to one thread.
 */
final class AllInOne implements AutoCloseable {
  private final Path folder;
  private final int port = Ports.free();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Deque<DsxProcess> beside = new ArrayDeque<>();
  private final Api api;
  private DsxProcess process;

  /**
   * @param folder for data and temporary files
   * @param scanner options of the stand-in, for example {@code --delay 40}
   */
  AllInOne(Path folder, Map<String, String> settings, String... scanner) {
    this.folder = folder;
    this.settings.put("DSXCONNECT_WORKERS__CONNECTOR_RETRY_BACKOFF_BASE", "0.3");
    this.settings.put("DSXCONNECT_WORKERS__DSXA_RETRY_BACKOFF_BASE", "0.3");
    this.settings.put("DSXCONNECT_WORKERS__SERVER_ERROR_RETRY_BACKOFF_BASE", "0.3");
    this.settings.putAll(settings);
    if (scanner.length > 0) {
      String[] arguments = new String[scanner.length + 5];
      System.arraycopy(
          new String[] {"scanner-standin", "--host", "127.0.0.1", "--port", "0"},
          0,
          arguments,
          0,
          5);
      System.arraycopy(scanner, 0, arguments, 5, scanner.length);
      DsxProcess standin = beside(DsxCommand.dsx(arguments).jvm("-Xmx64m"));
      this.settings.put("DSXCONNECT_SCANNER__BASE_URL", standin.ready());
    }
    this.process = launch();
    this.api = new Api(url(), null);
    process.ready();
  }

  private DsxProcess launch() {
    return started(
        DsxCommand.dsx(
                "all-in-one",
                "--demo",
                "--host",
                "127.0.0.1",
                "--port",
                "" + port,
                "--data-dir",
                folder.resolve("data").toString())
            .jvm("-Xmx256m")
            .env(settings));
  }

  private DsxProcess beside(DsxCommand command) {
    DsxProcess started = started(command);
    beside.push(started);
    return started;
  }

  private DsxProcess started(DsxCommand command) {
    try {
      return command.temp(Files.createDirectories(folder.resolve("tmp"))).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  Api api() {
    return api;
  }

  /** Starts a connector and waits until it is registered; returns its UUID. */
  String connector(String name, Path asset, Map<String, String> more) {
    startConnector(name, asset, more).ready();
    return api.connector(name);
  }

  DsxProcess startConnector(String name, Path asset, Map<String, String> more) {
    return beside(
        DsxCommand.dsx("connector", "filesystem", "--host", "127.0.0.1", "--port", "0")
            .jvm("-Xmx64m")
            .env("DSXCONNECTOR_NAME", name)
            .env("DSXCONNECTOR_ASSET", asset.toString())
            .env("DSXCONNECTOR_DSX_CONNECT_URL", url())
            .env("DSXCONNECTOR_DATA_DIR", folder.resolve("data-" + name).toString())
            .env(more));
  }

  /** {@code kill -9} of the API, its workers and its Redis. */
  void kill() {
    process.close();
  }

  /** Starts it again at the same address with the same data. */
  void start() {
    process = launch();
    process.ready();
  }

  @Override
  public void close() {
    api.close();
    while (!beside.isEmpty()) {
      beside.pop().close();
    }
    process.close();
  }
}
