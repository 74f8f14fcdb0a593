package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.result.Results;
import io.dsxconnect.http.HttpServer;
import io.helidon.webserver.http.HttpRouting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Recorded results and totals. */
public final class ResultResource implements Api.Resource {
  private static final int LISTED = 200;
  private static final int MOST = 10_000;

  private final Results results;

  public ResultResource(Results results) {
    this.results = results;
  }

  @Override
  public void routes(HttpRouting.Builder routing, String prefix) {
    String base = prefix + Routes.RESULTS;
    routing.get(
        base,
        (req, res) -> {
          int limit =
              Math.clamp(
                  Parameters.number(req, "limit", Integer.MIN_VALUE).orElse(LISTED), 1, MOST);
          String job = req.query().first("job_id").orElse("");
          HttpServer.send(
              res, 200, view(job.isEmpty() ? results.recent(limit) : results.ofJob(job, limit)));
        });
    routing.get(
        base + "/job/{job}",
        (req, res) ->
            HttpServer.send(
                res, 200, view(results.ofJob(req.path().pathParameters().get("job"), MOST))));
    routing.get(
        base + "/{task}",
        (req, res) ->
            HttpServer.send(
                res,
                200,
                view(results.ofTask(req.path().pathParameters().get("task")).stream().toList())));
    routing.get(prefix + Routes.STATS, (req, res) -> HttpServer.send(res, 200, results.stats()));
  }

  /** REST clients know the scanner's echo as {@code X-Custom-Metadata}. */
  private static List<ObjectNode> view(List<ScanResult> results) {
    return results.stream().map(ResultResource::view).toList();
  }

  private static ObjectNode view(ScanResult result) {
    ObjectNode node = (ObjectNode) Json.tree(result);
    if (node.get("verdict") instanceof ObjectNode verdict) {
      Map<String, com.fasterxml.jackson.databind.JsonNode> renamed = new LinkedHashMap<>();
      verdict
          .properties()
          .forEach(
              e ->
                  renamed.put(
                      e.getKey().equals("x_custom_metadata") ? "X-Custom-Metadata" : e.getKey(),
                      e.getValue()));
      verdict.removeAll();
      verdict.setAll(renamed);
    }
    return node;
  }
}
