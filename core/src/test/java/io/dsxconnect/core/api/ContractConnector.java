package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.http.server.Bodies;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.JsonAnswer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connector whose behaviour the first component of its path selects. */
final class ContractConnector implements AutoCloseable {
  private final HttpServer server = HttpServer.start("127.0.0.1", 0, this::routes);

  String url(String behaviour) {
    return behaviour.equals("away") ? "http://127.0.0.1:1/fs" : server.url() + "/" + behaviour;
  }

  private void routes(HttpRouting.Builder routing) {
    routing.any(this::answer);
  }

  private void answer(ServerRequest req, ServerResponse res) throws Exception {
    String[] path = req.path().path().split("/", 3);
    String call = path[2];
    switch (path[1]) {
      case "broken" -> JsonAnswer.send(res, 500, Map.of("detail", "broken"));
      case "unready" -> JsonAnswer.send(res, 503, Map.of("status", "starting"));
      case "unauthorized" -> JsonAnswer.send(res, 401, Map.of("detail", "bad_signature"));
      case "error" -> JsonAnswer.send(res, 200, Map.of("status", "error", "message", "no"));
      case "list" -> JsonAnswer.send(res, 200, List.of(1));
      case "odd" -> JsonAnswer.send(res, 200, Map.of("odd", 1));
      case "choosy" ->
          JsonAnswer.send(
              res,
              400,
              ordered(
                  "detail",
                  "filter: open quote",
                  "errors",
                  List.of(
                      Map.of("message", "open\nquote", "field", "filter"), 1, Map.of("field", 1))));
      case "original" ->
          JsonAnswer.send(
              res,
              422,
              ordered(
                  "detail",
                  List.of(
                      ordered(
                          "type",
                          "string_type",
                          "loc",
                          List.of("body", "filter"),
                          "msg",
                          "Input should be a valid string"),
                      ordered("loc", List.of(), "msg", "no place"),
                      1)));
      case "forbidden" -> JsonAnswer.send(res, 403, Map.of("detail", "not from there"));
      case "proxied" -> JsonAnswer.send(res, 407, Map.of("detail", "log in"));
      case "talkative" ->
          JsonAnswer.send(
              res,
              200,
              ordered(
                  "asset",
                  "/data",
                  "sas_token",
                  "hunter2",
                  "AccountKey",
                  42,
                  "client_secret",
                  "",
                  "use_token",
                  true,
                  "endpoint",
                  "https://me:hunter2@s3.example.com/b",
                  "auth",
                  ordered("password", List.of("hunter2", ordered("x", "hunter2"))),
                  "secrets",
                  ordered("any", "hunter2")));
      case "hostile" -> JsonAnswer.send(res, 200, ordered("fields", hostileFields()));
      case "plain" -> {
        if (call.equals("config")) {
          JsonAnswer.send(res, 200, ordered("asset", "/data", "filter", 1, "item_action", "move"));
        } else {
          JsonAnswer.send(res, 404, Map.of("detail", "Not Found"));
        }
      }
      case "html" -> res.send("<html>".getBytes(StandardCharsets.UTF_8));
      case "described" ->
          JsonAnswer.send(res, 200, said("Full scan initiated", "in the background"));
      case "echo" -> JsonAnswer.send(res, 200, said(req.query().rawValue(), null));
      default -> well(call, req, res);
    }
  }

  /** One usable field among others, and far too many. */
  private static List<Object> hostileFields() {
    List<Object> fields = new ArrayList<>();
    fields.add(1);
    fields.add(Map.of("name", "executable", "type", "program"));
    fields.add(Map.of("name", "n".repeat(1000), "type", "text"));
    fields.add(Map.of("name", "v", "type", "text", "value", "v".repeat(100_000)));
    fields.add(Map.of("name", "token", "type", "secret", "value", "hunter2"));
    fields.add(Map.of("name", "token", "type", "text", "value", "again"));
    for (int i = 0; i < 500; i++) {
      fields.add(Map.of("name", "f" + i, "type", "text", "help", "h".repeat(5_000)));
    }
    return fields;
  }

  private static void well(String call, ServerRequest req, ServerResponse res) throws Exception {
    switch (call) {
      case "full_scan" -> JsonAnswer.send(res, 200, said("Full scan initiated", null));
      case "repo_check" -> {
        Map<String, @Nullable Object> said = said("repo ok", req.query().rawValue());
        said.put("preview", List.of("a", "b"));
        said.put("more", 1);
        JsonAnswer.send(res, 200, said);
      }
      case "estimate" -> JsonAnswer.send(res, 200, ordered("count", 7, "confidence", "exact"));
      case "healthz" -> JsonAnswer.send(res, 200, Map.of("ok", true));
      case "readyz" -> JsonAnswer.send(res, 200, Map.of("status", "ready"));
      case "config/schema" ->
          JsonAnswer.send(
              res,
              200,
              ordered(
                  "fields",
                  List.of(
                      ordered(
                          "name",
                          "filter",
                          "type",
                          "text",
                          "value",
                          "*.zip",
                          "editable",
                          true,
                          "source",
                          "set_here",
                          "more",
                          1))));
      case "config" -> {
        if (req.prologue().method().text().equals("PUT")) {
          JsonNode given = Bodies.json(req, 1 << 20);
          JsonAnswer.send(res, 200, given);
        } else {
          JsonAnswer.send(res, 200, ordered("asset", "/data", "zulu", 1, "alpha", null));
        }
      }
      default -> JsonAnswer.send(res, 404, Map.of("detail", "Not Found"));
    }
  }

  private static Map<String, @Nullable Object> said(String message, @Nullable Object description) {
    return ordered("status", "success", "message", message, "description", description);
  }

  private static Map<String, @Nullable Object> ordered(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return map;
  }

  @Override
  public void close() {
    server.close();
  }
}
