package io.dsxconnect.e2e;

import io.dsxconnect.testing.Ports;
import io.dsxconnect.testing.RedisServer;
import java.io.IOException;
import java.net.URI;
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
 * Redis, API, workers, connectors and stand-in, each in its own process; the JVMs have a heap of 64
 * MiB. API and scanner keep their ports across restarts.
 */
final class Deployment implements Running {
  static final String SCAN = "scan_request_queue";
  static final String ACTION = "verdict_action_queue";
  static final String RESULT = "scan_result_queue";
  static final String NOTIFY = "scan_result_notification_queue";

  private final Path folder;
  private final int apiPort = Ports.free();
  private final int scannerPort = Ports.free();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final List<String> options = new ArrayList<>();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private final @Nullable DevCa ca;
  private final String apiUrl;
  final RedisServer redis;
  final Api api;

  Deployment(Path folder) {
    this(folder, null);
  }

  /**
   * @param ca signs the certificate with which API, connectors and scanner serve HTTPS; null for
   *     HTTP
   */
  Deployment(Path folder, @Nullable DevCa ca) {
    this(folder, ca, new RedisServer());
  }

  /** As above, with another Redis. */
  Deployment(Path folder, @Nullable DevCa ca, RedisServer redis) {
    this.folder = folder;
    this.ca = ca;
    this.apiUrl = (ca == null ? "http" : "https") + "://127.0.0.1:" + apiPort;
    this.api = new Api(apiUrl, ca);
    if (ca != null) {
      set("DSXCONNECT_USE_TLS", "true");
      set("DSXCONNECT_TLS_CERTFILE", ca.certificate().toString());
      set("DSXCONNECT_TLS_KEYFILE", ca.key().toString());
      set("DSXCONNECT_CONNECTORS__CA_BUNDLE", ca.bundle().toString());
      set("DSXCONNECT_SCANNER__CA_BUNDLE", ca.bundle().toString());
    }
    this.redis = redis;
    parts.push(redis);
    parts.push(api);
    set("DSXCONNECT_REDIS_URL", redis.url());
    set(
        "DSXCONNECT_SCANNER__BASE_URL",
        (ca == null ? "http" : "https") + "://127.0.0.1:" + scannerPort);
    // Short waits: the tests check the outcome of retries, not their timing.
    set("DSXCONNECT_WORKERS__CONNECTOR_RETRY_BACKOFF_BASE", "0.3");
    set("DSXCONNECT_WORKERS__DSXA_RETRY_BACKOFF_BASE", "0.3");
    set("DSXCONNECT_WORKERS__SERVER_ERROR_RETRY_BACKOFF_BASE", "0.3");
  }

  /** Adds options of every JVM started from now on. */
  Deployment jvm(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** Sets a setting of every process started from now on. */
  Deployment set(String name, String value) {
    settings.put(name, value);
    return this;
  }

  DsxProcess startApi() {
    return start(DsxCommand.dsx("api", "--host", "127.0.0.1", "--port", "" + apiPort));
  }

  DsxProcess startWorker(int concurrency, String... queues) {
    return start(DsxCommand.dsx("worker", "-Q", String.join(",", queues), "-c", "" + concurrency));
  }

  /** As {@link #startWorker}, with a health port. */
  DsxProcess startServingWorker(int concurrency, String... queues) {
    return start(
        DsxCommand.dsx(
            "worker",
            "-Q",
            String.join(",", queues),
            "-c",
            "" + concurrency,
            "--host",
            "127.0.0.1",
            "--port",
            "0"));
  }

  /**
   * @param options for example {@code --behave busy}
   */
  DsxProcess startScanner(String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("scanner-standin", "--host", "127.0.0.1", "--port", "" + scannerPort));
    if (ca != null) {
      arguments.addAll(
          List.of("--tls-cert", ca.certificate().toString(), "--tls-key", ca.key().toString()));
    }
    arguments.addAll(List.of(options));
    return start(DsxCommand.dsx(arguments.toArray(String[]::new)));
  }

  /**
   * @param port 0 for any free one
   * @param more settings of this connector
   */
  DsxProcess startConnector(String name, Path asset, int port, Map<String, String> more) {
    Map<String, String> tls =
        ca == null
            ? Map.of()
            : Map.of(
                "DSXCONNECTOR_USE_TLS",
                "true",
                "DSXCONNECTOR_TLS_CERTFILE",
                ca.certificate().toString(),
                "DSXCONNECTOR_TLS_KEYFILE",
                ca.key().toString());
    return start(
        DsxCommand.dsx("connector", "filesystem", "--host", "127.0.0.1", "--port", "" + port)
            .env("DSXCONNECTOR_NAME", name)
            .env("DSXCONNECTOR_ASSET", asset.toString())
            .env("DSXCONNECTOR_DSX_CONNECT_URL", apiUrl)
            .env(tls)
            .env("DSXCONNECTOR_DATA_DIR", folder.resolve("data-" + name).toString())
            .env(more));
  }

  private DsxProcess start(DsxCommand command) {
    try {
      DsxProcess process =
          command
              .jvm("-Xmx64m")
              .jvm(options.toArray(String[]::new))
              .temp(Files.createDirectories(folder.resolve("tmp")))
              .env(settings)
              .start();
      parts.push(process);
      return process;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Where it keeps its files. */
  Path folder() {
    return folder;
  }

  @Override
  public String url() {
    return apiUrl;
  }

  @Override
  public Api api() {
    return api;
  }

  /** The port of the scanner, whether it runs or not. */
  int scannerPort() {
    return scannerPort;
  }

  static int portOf(DsxProcess process) {
    return URI.create(process.ready()).getPort();
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
