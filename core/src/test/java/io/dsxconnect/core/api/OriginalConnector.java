package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.testing.RawHttp;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The original's filesystem connector as the core sees it, see docs/wire.md, "Connector routes" and
 * "Registration": its headers, its order of calls, a new connection per call, no retries. A test
 * triggers what it does on a timer.
 */
final class OriginalConnector implements AutoCloseable {
  static final byte[] EICAR =
      ("X5O!P%@AP[4\\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE" + "!$H+H*")
          .getBytes(StandardCharsets.UTF_8);

  private static final String NAME = "/filesystem-connector";
  private static final String BASICS =
      String.join(
          "\r\n",
          "Accept: */*",
          "Accept-Encoding: gzip, deflate",
          "Connection: keep-alive",
          "User-Agent: python-httpx/0.28.1",
          "");
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final Duration SILENCE = Duration.ofSeconds(20);

  /** Its two HTTP clients; the Docker image uses the fallback. */
  enum Client {
    /** No Content-Type on anything. */
    SDK,
    /** A Content-Type on register and enqueue_done, none on scan requests. */
    FALLBACK
  }

  /** The total that it reports at the end of a listing; the core must not rely on it. */
  enum Total {
    ZERO,
    NOTHING
  }

  private final Client client;
  private final Total total;
  private final int core;
  private final HttpServer server;
  private final String uuid = UUID.randomUUID().toString();
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  /** Runs before each item; a test controls the job here. */
  volatile IntConsumer beforeItem = item -> {};

  /** The locations of all actions, in order. */
  final List<String> actions = new CopyOnWriteArrayList<>();

  /** Content-Types that the core sent, by call. */
  final Map<String, String> contentTypes = new ConcurrentHashMap<>();

  final AtomicInteger sent = new AtomicInteger();
  final AtomicInteger refused = new AtomicInteger();
  final AtomicInteger pausedPolls = new AtomicInteger();
  final AtomicInteger listings = new AtomicInteger();
  private volatile String status = "starting";

  /**
   * @param core the port of the API
   */
  OriginalConnector(Client client, Total total, int core) throws IOException {
    this.client = client;
    this.total = total;
    this.core = core;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(NAME, this::serve);
    server.start();
  }

  OriginalConnector file(String location, byte[] content) {
    files.put(location, content);
    return this;
  }

  /** Adds a file that is listed and does not exist when it is read. */
  OriginalConnector missing(String location) {
    files.put(location, new byte[0]);
    gone.add(location);
    return this;
  }

  private final List<String> gone = new CopyOnWriteArrayList<>();

  String uuid() {
    return uuid;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + NAME;
  }

  /** Registers, at the start and as every heartbeat. */
  RawHttp.Answer register() {
    RawHttp.Answer answer =
        call("POST", Routes.REGISTER, client == Client.SDK ? "" : JSON, Json.bytes(instance()));
    JsonNode said = answer.json();
    if (answer.status() >= 400
        || !said.path("status").asText().equals("success")
        || !said.path("message").isTextual()) {
      throw new IllegalStateException("registration failed: " + answer.text());
    }
    status = "ready";
    return answer;
  }

  /** Unregisters, at the stop. */
  RawHttp.Answer unregister() {
    return call("DELETE", Routes.UNREGISTER + "/" + uuid, "", new byte[0]);
  }

  private Map<String, @Nullable Object> instance() {
    Map<String, @Nullable Object> me = new LinkedHashMap<>();
    me.put("name", "filesystem-connector");
    me.put("display_name", null);
    me.put("display_icon", null);
    me.put("uuid", uuid);
    me.put("meta_info", "Filesystem location: /data/scan");
    me.put("url", url());
    me.put("status", status);
    me.put("item_action", "move");
    me.put("item_action_move_metainfo", "/data/quar");
    me.put("asset", "/data/scan");
    me.put("asset_display_name", "/data/scan");
    me.put("filter", "");
    me.put("last_repo_check_ts", null);
    me.put("last_repo_check_reason", null);
    me.put("last_repo_check_message", null);
    return me;
  }

  private RawHttp.Answer call(String method, String path, String headers, byte[] body) {
    try {
      return RawHttp.exchange(
          core, RawHttp.request(method, Routes.API + path, BASICS + headers, body), SILENCE);
    } catch (java.net.ConnectException e) {
      // The original logs this and continues.
      return new RawHttp.Answer(0, Map.of(), new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lists for a full scan, in the background. */
  private void list(String job, Map<String, String> query) {
    try {
      int batch = query.containsKey("batch") ? batchSize(query) : 0;
      List<String> locations = new ArrayList<>(files.keySet());
      int step = Math.max(1, batch);
      for (int i = 0; i < locations.size(); i += step) {
        beforeItem.accept(i);
        RawHttp.Answer looked = call("GET", Routes.JOBS + "/" + job + "/raw", "", new byte[0]);
        JsonNode state = looked.status() == 200 ? looked.json() : Json.object();
        if (state.at("/data/cancel").asText().equals("1")) {
          return;
        }
        if (state.at("/data/paused").asText().equals("1")) {
          pausedPolls.incrementAndGet();
          continue;
        }
        send(job, locations.subList(i, Math.min(i + step, locations.size())), batch);
      }
    } finally {
      byte[] done =
          (total == Total.ZERO ? "{\"enqueued_total\":0}" : "{}").getBytes(StandardCharsets.UTF_8);
      call(
          "POST",
          Routes.JOBS + "/" + job + "/enqueue_done",
          client == Client.SDK ? "" : JSON,
          done);
      listings.incrementAndGet();
    }
  }

  /** The batch size from the core's configuration; 0 when batches are off. */
  private int batchSize(Map<String, String> query) {
    JsonNode workers = call("GET", Routes.CONFIG, "", new byte[0]).json().path("workers");
    if (!workers.path("scan_request_batch_enabled").asBoolean(false)) {
      return 0;
    }
    int wanted =
        query.containsKey("batch_size")
            ? Integer.parseInt(query.get("batch_size"))
            : workers.path("scan_request_batch_default_size").asInt(10);
    return Math.min(wanted, workers.path("scan_request_batch_max_size").asInt(100));
  }

  /** Sends one request or one batch. Items of a failed call are not sent again. */
  private void send(String job, List<String> locations, int batch) {
    List<Map<String, @Nullable Object>> requests = new ArrayList<>();
    for (String location : locations) {
      Map<String, @Nullable Object> request = new LinkedHashMap<>();
      request.put("connector", instance());
      request.put("location", location);
      request.put("metainfo", location.substring(location.lastIndexOf('/') + 1));
      request.put("connector_url", url());
      request.put("requested_action", null);
      request.put("size_in_bytes", content(location).length);
      request.put("scan_job_id", job);
      request.put("job_item_id", null);
      requests.add(request);
    }
    RawHttp.Answer answer;
    if (batch > 0) {
      Map<String, Object> body = new LinkedHashMap<>();
      body.put("requests", requests);
      body.put("batch_size", batch);
      answer = call("POST", Routes.SCAN_REQUEST_BATCH, "", Json.bytes(body));
    } else {
      answer = call("POST", Routes.SCAN_REQUEST, "", Json.bytes(requests.getFirst()));
    }
    (answer.status() / 100 != 2 ? refused : sent).addAndGet(locations.size());
  }

  private byte[] content(String location) {
    return files.getOrDefault(location, new byte[0]);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String call =
          exchange.getRequestMethod() + exchange.getRequestURI().getPath().substring(NAME.length());
      contentTypes.put(call, String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")));
      byte[] body = exchange.getRequestBody().readAllBytes();
      switch (call) {
        case "POST/full_scan" -> fullScan(exchange);
        case "POST/read_file" -> read(exchange, parsed(body).path("location").asText());
        case "PUT/item_action" -> {
          actions.add(parsed(body).path("location").asText());
          json(
              exchange,
              200,
              "{\"status\":\"success\",\"message\":\"File moved\",\"description\":null,\"id\":null,"
                  + "\"preview\":null,\"item_action\":\"move\"}");
        }
        case "GET/healthz" -> json(exchange, 200, "{\"ok\":true}");
        case "GET/readyz" ->
            json(exchange, status.equals("ready") ? 200 : 503, Json.text(instance()));
        case "GET/repo_check" ->
            json(exchange, 200, "{\"status\":\"success\",\"message\":\"repo check\"}");
        case "GET/estimate" -> json(exchange, 200, "{\"count\":null,\"confidence\":\"unknown\"}");
        case "GET/config" -> json(exchange, 200, Json.text(instance()));
        default -> json(exchange, 404, "{\"detail\":\"Not Found\"}");
      }
    }
  }

  private void fullScan(HttpExchange exchange) throws IOException {
    Map<String, String> query = new HashMap<>();
    for (String pair : String.valueOf(exchange.getRequestURI().getRawQuery()).split("&", -1)) {
      String[] sides = pair.split("=", 2);
      query.put(sides[0], URLDecoder.decode(sides[1], StandardCharsets.UTF_8));
    }
    String job = query.getOrDefault("job_id", UUID.randomUUID().toString());
    json(
        exchange,
        200,
        "{\"status\":\"success\",\"message\":\"Full scan initiated\",\"description\":\"The scan is"
            + " running in the background. job_id="
            + job
            + "\",\"id\":null,\"preview\":null}");
    Thread.startVirtualThread(() -> list(job, query));
  }

  /** Sends a file chunked; a missing file is 200 and JSON. */
  private void read(HttpExchange exchange, String location) throws IOException {
    if (gone.contains(location) || !files.containsKey(location)) {
      json(
          exchange,
          200,
          "{\"status\":\"error\",\"message\":\"File "
              + location
              + " not found\",\"description\":null,\"id\":null,\"preview\":null}");
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      byte[] content = content(location);
      for (int at = 0; at < content.length; at += 1 << 20) {
        out.write(content, at, Math.min(1 << 20, content.length - at));
        out.flush();
      }
    }
  }

  private static JsonNode parsed(byte[] body) throws IOException {
    try {
      return Json.parse(body);
    } catch (InvalidInput e) {
      throw new IOException(e);
    }
  }

  private static void json(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
