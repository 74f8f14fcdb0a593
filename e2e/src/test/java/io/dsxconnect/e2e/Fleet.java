package io.dsxconnect.e2e;

import io.dsxconnect.testing.Ports;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Every part of the product as a process that can be killed, frozen and started again. */
final class Fleet implements AutoCloseable {
  /** The parts. */
  enum Part {
    API,
    SCAN,
    ACTION,
    RESULT,
    NOTIFY,
    CONNECTOR,
    SCANNER,
    REDIS
  }

  static final String NAME = "files";

  private final Deployment deployment;
  private final Path asset;
  private final Map<String, String> connectorSettings;
  private final String[] scannerOptions;
  private final int connectorPort = Ports.free();
  private final Map<Part, DsxProcess> running = new EnumMap<>(Part.class);

  /**
   * @param connectorSettings more settings of the connector
   * @param scannerOptions for example {@code --delay 40}
   */
  Fleet(
      Deployment deployment,
      Path asset,
      Map<String, String> connectorSettings,
      String... scannerOptions) {
    this.deployment = deployment;
    this.asset = asset;
    this.connectorSettings = connectorSettings;
    this.scannerOptions = scannerOptions;
    for (Part part : Part.values()) {
      if (part != Part.REDIS) {
        start(part);
      }
    }
    ready();
  }

  void start(Part part) {
    if (part == Part.REDIS) {
      deployment.redis.restart();
      return;
    }
    running.put(
        part,
        switch (part) {
          case API -> deployment.startApi();
          case SCAN -> deployment.startWorker(16, Deployment.SCAN);
          case ACTION -> deployment.startWorker(8, Deployment.ACTION);
          case RESULT -> deployment.startWorker(8, Deployment.RESULT);
          case NOTIFY -> deployment.startWorker(8, Deployment.NOTIFY);
          case CONNECTOR ->
              deployment.startConnector(NAME, asset, connectorPort, connectorSettings);
          case SCANNER -> deployment.startScanner(scannerOptions);
          case REDIS -> throw new AssertionError("Redis is restarted, not started");
        });
  }

  DsxProcess process(Part part) {
    return Objects.requireNonNull(running.get(part));
  }

  /** Waits until every part has been ready since its last start. */
  void ready() {
    running.values().forEach(DsxProcess::ready);
  }

  /** {@code kill -9}. */
  void kill(Part part) {
    if (part == Part.REDIS) {
      deployment.redis.kill();
    } else {
      process(part).kill();
    }
  }

  /** Suspends a part; its connections stay open. */
  void freeze(Part part) {
    signal(part, "STOP");
  }

  void thaw(Part part) {
    signal(part, "CONT");
  }

  private void signal(Part part, String signal) {
    if (part == Part.REDIS) {
      deployment.redis.signal(signal);
    } else {
      process(part).signal(signal);
    }
  }

  @Override
  public void close() {
    deployment.close();
  }
}
