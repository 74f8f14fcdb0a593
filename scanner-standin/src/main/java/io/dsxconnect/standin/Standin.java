package io.dsxconnect.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.Engine;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.http.server.Bodies;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.http.tls.ServerTls;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running stand-in. */
public final class Standin implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Standin.class);

  private final StandinSettings settings;
  private final Map<String, ObjectNode> byPath = new ConcurrentHashMap<>();
  private final HttpServer server;
  private volatile Behaviour behaviour = Behaviour.GOOD;

  private Standin(String host, int port, @Nullable ServerTls tls, StandinSettings settings) {
    this.settings = settings;
    this.behaviour = settings.behaviour();
    this.server = HttpServer.start(host, port, tls, this::routes);
  }

  public static Standin start(String host, int port, StandinSettings settings) {
    return start(host, port, null, settings);
  }

  /**
   * @param tls null: plain HTTP
   */
  public static Standin start(
      String host, int port, @Nullable ServerTls tls, StandinSettings settings) {
    Standin standin = new Standin(host, port, tls, settings);
    log.warn("this is a stand-in, NOT a scanner: it finds the EICAR test string and nothing else");
    return standin;
  }

  public String url() {
    return server.url();
  }

  /** From now on it answers like this. */
  public void behave(Behaviour next) {
    behaviour = next;
  }

  private void routes(HttpRouting.Builder routing) {
    routing.get(
        Routes.HEALTHZ, (req, res) -> HttpServer.send(res, 200, Map.of("engine", Engine.STANDIN)));
    routing.post(Routes.SCAN_BINARY, (req, res) -> scan(req, res, isBase64(req)));
    routing.post(Routes.SCAN_BASE64, (req, res) -> scan(req, res, true));
    routing.post(Routes.SCAN_BY_HASH, this::byHash);
    routing.get(Routes.SCAN_BY_PATH, this::byPath);
    routing.post(Routes.RESULT_BY_PATH, this::resultByPath);
  }

  private static boolean isBase64(ServerRequest req) {
    return "base64".equalsIgnoreCase(header(req, "X-Content-Type"));
  }

  private static String header(ServerRequest req, String name) {
    return req.headers().value(HeaderNames.create(name)).orElse("");
  }

  private void authorize(ServerRequest req) {
    String token = settings.token();
    if (token != null
        && !token.equals(header(req, "AUTH_TOKEN"))
        && !token.equals(header(req, "AUTH"))) {
      throw Refusal.of(401, "AUTH_TOKEN is missing or wrong");
    }
  }

  private void scan(ServerRequest req, ServerResponse res, boolean base64) {
    authorize(req);
    Behaviour now = behaviour;
    delay(now.delay());
    if (now.mode() == Behaviour.Mode.HASTY) {
      answer(res, verdict(Scan.ofNothing(), header(req, "X-Custom-Metadata"), now));
      return;
    }
    Scan scan;
    try (InputStream raw =
            req.content().hasEntity()
                ? req.content().inputStream()
                : InputStream.nullInputStream();
        InputStream in = base64 ? Base64.getMimeDecoder().wrap(raw) : raw) {
      scan = Scan.of(in, req.headers().contentLength().orElse(-1), base64);
    } catch (IOException e) {
      throw new UncheckedIOException("the body ended early", e);
    }
    switch (now.mode()) {
      case BUSY -> {
        res.header("Retry-After", "1");
        HttpServer.send(res, 503, Map.of("detail", "busy"));
      }
      case BROKEN -> HttpServer.send(res, 500, Map.of("detail", "broken"));
      case UNAUTHORIZED -> HttpServer.send(res, 401, Map.of("detail", "unauthorized"));
      case NONSENSE -> res.send("<html>this is not JSON</html>");
      case EMPTY -> res.send();
      case GOOD, NEW_VERDICT, WRONG_LENGTH, WRONG_HASH, HASTY, NESTED ->
          answer(res, verdict(scan, header(req, "X-Custom-Metadata"), now));
    }
  }

  private static void answer(ServerResponse res, ObjectNode body) {
    res.header(Engine.HEADER, Engine.STANDIN);
    HttpServer.send(res, 200, body);
  }

  private ObjectNode verdict(Scan scan, String metadata, Behaviour now) {
    boolean listed = settings.hashes().contains(scan.sha256());
    boolean malicious = scan.eicar() || listed;
    String word =
        now.mode() == Behaviour.Mode.NEW_VERDICT
            ? "Suspicious"
            : malicious ? "Malicious" : "Benign";
    ObjectNode body = Json.object();
    body.put("scan_guid", UUID.randomUUID().toString().replace("-", ""));
    body.put("verdict", word);
    ObjectNode details = Json.object();
    details.put(
        "event_description",
        malicious ? "File identified as malicious" : "File identified as benign");
    if (malicious) {
      details.put("reason", scan.eicar() ? "EICAR test string" : "hash is listed");
      details.put("threat_type", "VIRUS");
    }
    ObjectNode file = Json.object();
    file.put("file_type", scan.fileType());
    file.put(
        "file_size_in_bytes",
        now.mode() == Behaviour.Mode.WRONG_LENGTH ? scan.length() + 1 : scan.length());
    file.put("file_hash", now.mode() == Behaviour.Mode.WRONG_HASH ? "0".repeat(64) : scan.sha256());
    body.put("scan_duration_in_microseconds", scan.micros());
    if (now.mode() == Behaviour.Mode.NESTED) {
      ObjectNode nested = body.putObject("details");
      nested.set("verdictDetails", details);
      nested.set("fileInfo", file);
      nested.put("xCustomMetadata", metadata);
    } else {
      body.set("verdict_details", details);
      body.set("file_info", file);
      if (!metadata.isEmpty()) {
        body.put("X-Custom-Metadata", metadata);
      }
    }
    body.put("scanner", Engine.STANDIN);
    return body;
  }

  private void byHash(ServerRequest req, ServerResponse res) throws InvalidInput {
    authorize(req);
    String text = new String(Bodies.read(req, 4096), StandardCharsets.UTF_8).strip();
    String hash =
        text.startsWith("{")
            ? Json.parse(text.getBytes(StandardCharsets.UTF_8)).path("hash").asText("")
            : text;
    if (!hash.matches("[0-9a-fA-F]{64}")) {
      throw Refusal.of(400, "a SHA-256 as 64 hex digits is needed");
    }
    boolean listed = settings.hashes().contains(hash.toLowerCase(java.util.Locale.ROOT));
    ObjectNode body = Json.object();
    body.put("scan_guid", UUID.randomUUID().toString().replace("-", ""));
    body.put("verdict", listed ? "Malicious" : "Unknown");
    body.putObject("verdict_details")
        .put("event_description", listed ? "hash is listed" : "hash is not known");
    answer(res, body);
  }

  private void byPath(ServerRequest req, ServerResponse res) throws IOException {
    authorize(req);
    Path root = settings.pathRoot();
    if (root == null) {
      throw Refusal.of(404, "scanning by path is off");
    }
    Path file = root.resolve(header(req, "Stream-Path").replaceFirst("^/+", "")).normalize();
    if (!file.startsWith(root)
        || !Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)
        || !file.toRealPath().startsWith(root.toRealPath())) {
      throw Refusal.of(404, "no such file");
    }
    ObjectNode done;
    try (InputStream in = Files.newInputStream(file)) {
      done = verdict(Scan.of(in, -1, false), header(req, "X-Custom-Metadata"), behaviour);
    }
    byPath.put(done.get("scan_guid").asText(), done);
    ObjectNode started = Json.object();
    started.set("scan_guid", done.get("scan_guid"));
    started.put("verdict", "Scanning");
    started.putObject("verdict_details").put("event_description", "in progress");
    answer(res, started);
  }

  private void resultByPath(ServerRequest req, ServerResponse res) throws InvalidInput {
    authorize(req);
    JsonNode asked = Bodies.json(req, 4096);
    ObjectNode done = byPath.remove(asked.path("scan_guid").asText(""));
    if (done == null) {
      throw Refusal.of(404, "unknown scan_guid");
    }
    answer(res, done);
  }

  private static void delay(Duration delay) {
    if (delay.isPositive()) {
      try {
        Thread.sleep(delay);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
