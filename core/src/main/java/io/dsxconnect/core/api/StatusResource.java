package io.dsxconnect.core.api;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.http.HttpServer;
import io.helidon.webserver.http.HttpRouting;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the core is, and what connectors must know of it. */
public final class StatusResource implements Api.Resource {
  private final String version;
  private final int batchDefault;
  private final int batchMax;

  public StatusResource(String version, int batchDefault, int batchMax) {
    this.version = version;
    this.batchDefault = batchDefault;
    this.batchMax = batchMax;
  }

  @Override
  public void routes(HttpRouting.Builder routing, String prefix) {
    routing.get(prefix + Routes.VERSION, (req, res) -> HttpServer.send(res, 200, version));
    routing.get(prefix + Routes.CONFIG, (req, res) -> HttpServer.send(res, 200, config()));
    for (String test : new String[] {"/test/connection", "/connection/test"}) {
      routing.get(
          prefix + test,
          (req, res) ->
              HttpServer.send(
                  res,
                  200,
                  io.dsxconnect.contract.StatusResponse.success("dsx-connect answers", null)));
    }
  }

  /** What connectors read of it: how many files they may send at once. */
  private Map<String, Object> config() {
    Map<String, Object> workers = new LinkedHashMap<>();
    workers.put("scan_request_batch_enabled", true);
    workers.put("scan_request_batch_default_size", batchDefault);
    workers.put("scan_request_batch_max_size", batchMax);
    return Map.of("workers", workers);
  }
}
