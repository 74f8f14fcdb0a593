package io.dsxconnect.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Many registered connectors that are one small server: it answers every request as a connector
 * that is ready does, and has no files. They repeat their registration every minute, one after
 * another, as real ones do.
 */
final class StandInConnectors implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HEARTBEAT_SECONDS = 60;

  private final HttpServer server;
  private final ExecutorService answers = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService heartbeats = Executors.newSingleThreadScheduledExecutor();
  private final Api api;

  /** Registers this many; returns when all are known. */
  StandInConnectors(Api api, int count) throws IOException {
    this.api = api;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(answers);
    byte[] ready = "{\"ok\":true,\"status\":\"success\"}".getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, ready.length);
            exchange.getResponseBody().write(ready);
          }
        });
    server.start();
    long between = TimeUnit.SECONDS.toMillis(HEARTBEAT_SECONDS) / count;
    ObjectNode[] all = new ObjectNode[count];
    for (int i = 0; i < count; i++) {
      all[i] = connector(i);
      register(all[i]);
    }
    int[] next = {0};
    var ignored =
        heartbeats.scheduleAtFixedRate(
            () -> register(all[next[0]++ % count]), between, between, TimeUnit.MILLISECONDS);
  }

  private ObjectNode connector(int number) {
    String name = "share-" + number;
    return JSON.createObjectNode()
        .put("name", name)
        .put("display_name", "Share " + number)
        .put("uuid", new UUID(0x5a17, number).toString())
        .put("url", "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name)
        .put("status", "ready")
        .put("item_action", number % 2 == 0 ? "move" : "nothing")
        .put("item_action_move_metainfo", "quarantine")
        .put("asset", "/srv/shares/department-" + number % 40 + "/share-" + number)
        .put("filter", number % 3 == 0 ? "*.docx *.xlsx -tmp" : "");
  }

  private void register(ObjectNode connector) {
    try {
      api.post("/connectors/register", connector);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    heartbeats.shutdownNow();
    server.stop(0);
    answers.shutdownNow();
  }
}
