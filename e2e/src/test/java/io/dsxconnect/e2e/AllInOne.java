package io.dsxconnect.e2e;

import io.dsxconnect.testing.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code dsx all-in-one} with its own Redis and a stand-in for the scanner, and connectors beside
 * it. Keeps its addresses and its data across restarts. Confined to one thread.
 */
final class AllInOne implements Running {
  private final Path folder;
  private final int port = Ports.free();
  private final int scannerPort = Ports.free();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Deque<DsxProcess> connectors = new ArrayDeque<>();
  private final Api api = new Api(url(), null);
  private @Nullable DsxProcess scanner;
  private @Nullable DsxProcess process;

  /**
   * Starts nothing yet.
   *
   * @param folder for data and temporary files
   */
  AllInOne(Path folder) {
    this.folder = folder;
    // Short waits: the tests check the outcome of retries, not their timing.
    set("DSXCONNECT_WORKERS__CONNECTOR_RETRY_BACKOFF_BASE", "0.3");
    set("DSXCONNECT_WORKERS__DSXA_RETRY_BACKOFF_BASE", "0.3");
    set("DSXCONNECT_WORKERS__SERVER_ERROR_RETRY_BACKOFF_BASE", "0.3");
  }

  /** Sets a setting of the next start. */
  AllInOne set(String name, String value) {
    settings.put(name, value);
    return this;
  }

  /**
   * Starts the stand-in, instead of the one that runs.
   *
   * @param options for example {@code --delay 40}
   */
  AllInOne scanner(String... options) {
    if (scanner != null) {
      scanner.close();
    }
    List<String> arguments =
        new ArrayList<>(
            List.of("scanner-standin", "--host", "127.0.0.1", "--port", "" + scannerPort));
    arguments.addAll(List.of(options));
    scanner = started(DsxCommand.dsx(arguments.toArray(String[]::new)).jvm("-Xmx64m"));
    scanner.ready();
    return set("DSXCONNECT_SCANNER__BASE_URL", scannerUrl());
  }

  /** Where the stand-in of {@link #scanner} answers. */
  String scannerUrl() {
    return "http://127.0.0.1:" + scannerPort;
  }

  /** Starts the core; without a {@link #scanner}, with the stand-in of {@code --demo}. */
  AllInOne start() {
    process =
        started(
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
    process.ready();
    return this;
  }

  private DsxProcess started(DsxCommand command) {
    try {
      return command.temp(Files.createDirectories(folder.resolve("tmp"))).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public Api api() {
    return api;
  }

  /** How to reach its Redis. */
  record RedisAccess(int port, String password) {}

  /** Its Redis since the last start. */
  RedisAccess redis() throws IOException {
    Map<String, String> lines = new LinkedHashMap<>();
    for (String line : Files.readAllLines(folder.resolve("data/redis/redis.conf"))) {
      int space = line.indexOf(' ');
      lines.put(line.substring(0, Math.max(0, space)), line.substring(space + 1));
    }
    return new RedisAccess(
        Integer.parseInt(lines.getOrDefault("port", "")), lines.getOrDefault("requirepass", ""));
  }

  /** The process of the API and the workers; its child is Redis. */
  DsxProcess process() {
    if (process == null) {
      throw new IllegalStateException("not started");
    }
    return process;
  }

  /** Starts a connector and waits until it is registered; returns its UUID. */
  String connector(String name, Path asset, Map<String, String> more) {
    startConnector(name, asset, more).ready();
    return api.connector(name);
  }

  /**
   * Starts a connector whose moves to quarantine fail: a file is where its folder should be.
   * Returns its UUID.
   */
  String connectorThatCannotMove(String name, Path asset, Map<String, String> more)
      throws IOException {
    Files.writeString(asset.resolve("in-the-way"), "a file where the quarantine should be");
    Map<String, String> all = new LinkedHashMap<>(more);
    all.put("DSXCONNECTOR_ITEM_ACTION", "move");
    all.put("DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO", "in-the-way");
    return connector(name, asset, all);
  }

  DsxProcess startConnector(String name, Path asset, Map<String, String> more) {
    DsxProcess connector =
        started(
            DsxCommand.dsx("connector", "filesystem", "--host", "127.0.0.1", "--port", "0")
                .jvm("-Xmx64m")
                .env("DSXCONNECTOR_NAME", name)
                .env("DSXCONNECTOR_ASSET", asset.toString())
                .env("DSXCONNECTOR_DSX_CONNECT_URL", url())
                .env("DSXCONNECTOR_DATA_DIR", folder.resolve("data-" + name).toString())
                .env(more));
    connectors.push(connector);
    return connector;
  }

  /** {@code kill -9} of the API, its workers and its Redis. */
  void kill() {
    if (process != null) {
      process.close();
    }
  }

  @Override
  public void close() {
    api.close();
    while (!connectors.isEmpty()) {
      connectors.pop().close();
    }
    if (scanner != null) {
      scanner.close();
    }
    kill();
  }
}
