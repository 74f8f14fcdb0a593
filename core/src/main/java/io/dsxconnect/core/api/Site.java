package io.dsxconnect.core.api;

import io.dsxconnect.contract.Json;
import io.dsxconnect.http.server.RequestGate;
import io.dsxconnect.http.server.StaticFile;
import io.dsxconnect.routes.OpenApi;
import io.dsxconnect.routes.RouteTable;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What the API's port serves: the routes, their documentation, and the checks that apply to these
 * and to everything else on that port. Immutable.
 */
public final class Site implements Consumer<HttpRouting.Builder> {
  private static final String PAGE_POLICY =
      "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src"
          + " 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";
  private static final long ONE_DAY_SECONDS = 86_400;
  private static final String RESOURCES = "io/dsxconnect/core/api/";
  private static final String UI = "META-INF/resources/webjars/swagger-ui/";

  /** Some are large, and the same for every server of a process. */
  private static final Map<String, StaticFile> FILES = new ConcurrentHashMap<>();

  private final RouteTable table;
  private final RequestGate gate;
  private final Map<String, StaticFile> files;

  /**
   * @param uiVersion version of the Swagger UI on the class path
   * @param gate checks each request before its route
   */
  public Site(RouteTable table, String version, String uiVersion, RequestGate gate) {
    this.table = table;
    this.gate = gate;
    String ui = UI + uiVersion + "/";
    this.files =
        Map.of(
            "/docs", page("docs.html", version),
            "/docs/start.js", file(RESOURCES + "docs.js", "text/javascript", 0),
            "/docs/ui.css", file(ui + "swagger-ui.css", "text/css", ONE_DAY_SECONDS),
            "/docs/ui.js", file(ui + "swagger-ui-bundle.js", "text/javascript", ONE_DAY_SECONDS),
            "/openapi.json",
                new StaticFile(
                    Json.bytes(OpenApi.document(table, heading(version))), "application/json", 0));
  }

  @Override
  public void accept(HttpRouting.Builder routing) {
    routing.addFilter(
        (chain, req, res) -> {
          gate.check(req, effect(req));
          chain.proceed();
        });
    files.forEach(
        (path, file) -> {
          routing.get(path, file);
          routing.head(path, file);
        });
    new RedisErrorMapping().accept(routing);
    table.accept(routing);
  }

  private RequestGate.Effect effect(ServerRequest req) {
    return req.path().rawPath().equals(MetricsResource.PATH)
        ? RequestGate.Effect.PROBE
        : table.effect(req);
  }

  private static OpenApi.Heading heading(String version) {
    return new OpenApi.Heading(
        "dsx-connect API",
        version,
        "Finds malware in file stores, and proves what was scanned.",
        "core");
  }

  private static StaticFile page(String name, String version) {
    String html = new String(StaticFile.resource(RESOURCES + name), StandardCharsets.UTF_8);
    return new StaticFile(
            html.replace("{version}", version).getBytes(StandardCharsets.UTF_8),
            "text/html; charset=utf-8",
            0)
        .with("Content-Security-Policy", PAGE_POLICY);
  }

  private static StaticFile file(String resource, String type, long maxAgeSeconds) {
    return FILES.computeIfAbsent(
        resource,
        name -> new StaticFile(StaticFile.resource(name), type + "; charset=utf-8", maxAgeSeconds));
  }
}
