package io.dsxconnect.standin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.Engine;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Serves DSXA's routes with a search for the EICAR test string. Thread-safe. */
@ThreadSafe
final class ScannerResource implements RouteTable.Resource {
  private static final int MAX_BODY_BYTES = 4096;

  private final StandinSettings settings;
  private final Supplier<Behaviour> behaviour;
  private final Map<String, ObjectNode> resultsByPath = new ConcurrentHashMap<>();

  /**
   * @param behaviour read once per request
   */
  ScannerResource(StandinSettings settings, Supplier<Behaviour> behaviour) {
    this.settings = settings;
    this.behaviour = behaviour;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(Routes.HEALTHZ, Access.OPEN, "Names the engine")
            .answers(200, "The engine", Map.class)
            .to(call -> call.answer(200, Map.of("engine", Engine.STANDIN))),
        scanning(Route.post(Routes.SCAN_BINARY, Access.SCANNER_TOKEN, "Scans the body"))
            .to(call -> scan(call, isBase64(call.request()))),
        scanning(Route.post(Routes.SCAN_BASE64, Access.SCANNER_TOKEN, "Scans the decoded body"))
            .to(call -> scan(call, true)),
        scanning(Route.post(Routes.SCAN_BY_HASH, Access.SCANNER_TOKEN, "Looks up a SHA-256"))
            .body(Map.class, MAX_BODY_BYTES)
            .answers(400, "Not a SHA-256")
            .to(this::byHash),
        scanning(Route.get(Routes.SCAN_BY_PATH, Access.SCANNER_TOKEN, "Scans a file by path"))
            .answers(404, "No such file, or scanning by path is off")
            .to(this::byPath),
        scanning(Route.post(Routes.RESULT_BY_PATH, Access.SCANNER_TOKEN, "A verdict, once"))
            .body(Map.class, MAX_BODY_BYTES)
            .answers(404, "Unknown scan_guid")
            .to(this::resultByPath));
  }

  private static Route.Builder scanning(Route.Builder route) {
    return route
        .answers(200, "The verdict", ScanResponse.class)
        .answers(401, "AUTH_TOKEN is missing or wrong");
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

  private void scan(Call call, boolean base64) {
    ServerRequest req = call.request();
    authorize(req);
    Behaviour now = behaviour.get();
    delay(now.delay());
    if (now.mode() == Behaviour.Mode.HASTY) {
      answer(call, verdict(Scan.ofNothing(), header(req, "X-Custom-Metadata"), now));
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
      case BUSY -> call.setHeader("Retry-After", "1").answer(503, Map.of("detail", "busy"));
      case BROKEN -> call.answer(500, Map.of("detail", "broken"));
      case UNAUTHORIZED -> call.answer(401, Map.of("detail", "unauthorized"));
      case NONSENSE -> call.response().send("<html>this is not JSON</html>");
      case EMPTY -> call.response().send();
      case GOOD, NEW_VERDICT, WRONG_LENGTH, WRONG_HASH, HASTY, NESTED ->
          answer(call, verdict(scan, header(req, "X-Custom-Metadata"), now));
    }
  }

  private static void answer(Call call, ObjectNode body) {
    call.setHeader(Engine.HEADER, Engine.STANDIN).answer(200, body);
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

  private void byHash(Call call) throws InvalidInput {
    authorize(call.request());
    String text = new String(call.bytes(), StandardCharsets.UTF_8).strip();
    String hash =
        text.startsWith("{")
            ? Json.parse(text.getBytes(StandardCharsets.UTF_8)).path("hash").asText("")
            : text;
    if (!hash.matches("[0-9a-fA-F]{64}")) {
      throw Refusal.of(400, "a SHA-256 as 64 hex digits is needed");
    }
    boolean listed = settings.hashes().contains(hash.toLowerCase(Locale.ROOT));
    ObjectNode body = Json.object();
    body.put("scan_guid", UUID.randomUUID().toString().replace("-", ""));
    body.put("verdict", listed ? "Malicious" : "Unknown");
    body.putObject("verdict_details")
        .put("event_description", listed ? "hash is listed" : "hash is not known");
    answer(call, body);
  }

  private void byPath(Call call) throws IOException {
    ServerRequest req = call.request();
    authorize(req);
    Path root = settings.pathRoot();
    if (root == null) {
      throw Refusal.of(404, "scanning by path is off");
    }
    Path file = root.resolve(header(req, "Stream-Path").replaceFirst("^/+", "")).normalize();
    if (!file.startsWith(root)
        || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || !file.toRealPath().startsWith(root.toRealPath())) {
      throw Refusal.of(404, "no such file");
    }
    ObjectNode done;
    try (InputStream in = Files.newInputStream(file)) {
      done = verdict(Scan.of(in, -1, false), header(req, "X-Custom-Metadata"), behaviour.get());
    }
    resultsByPath.put(done.get("scan_guid").asText(), done);
    ObjectNode started = Json.object();
    started.set("scan_guid", done.get("scan_guid"));
    started.put("verdict", "Scanning");
    started.putObject("verdict_details").put("event_description", "in progress");
    answer(call, started);
  }

  private void resultByPath(Call call) throws InvalidInput {
    authorize(call.request());
    JsonNode asked = call.json();
    ObjectNode done = resultsByPath.remove(asked.path("scan_guid").asText(""));
    if (done == null) {
      throw Refusal.of(404, "unknown scan_guid");
    }
    answer(call, done);
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
}
