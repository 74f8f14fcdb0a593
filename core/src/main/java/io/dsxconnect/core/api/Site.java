package io.dsxconnect.core.api;

import io.dsxconnect.contract.Json;
import io.dsxconnect.http.RequestGate;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * All that the API's port serves: the routes, their documentation, a page at {@code /}, and what
 * guards them.
 */
public final class Site implements Consumer<HttpRouting.Builder> {
  private static final String PAGE_POLICY =
      "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self';"
          + " connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";
  private static final String HERE = "io/dsxconnect/core/api/";
  private static final String UI = "META-INF/resources/webjars/swagger-ui/";

  private final RouteTable table;
  private final String version;
  private final String uiVersion;
  private final RequestGate gate;
  private final byte[] openApi;

  /**
   * @param uiVersion of the Swagger UI on the class path
   */
  public Site(RouteTable table, String version, String uiVersion, RequestGate gate) {
    this.table = table;
    this.version = version;
    this.uiVersion = uiVersion;
    this.gate = gate;
    this.openApi = Json.bytes(OpenApi.document(table, version));
  }

  @Override
  public void accept(HttpRouting.Builder routing) {
    routing.addFilter(
        (chain, req, res) -> {
          res.header("X-Content-Type-Options", "nosniff");
          res.header("X-Frame-Options", "DENY");
          res.header("Referrer-Policy", "no-referrer");
          gate.check(req);
          chain.proceed();
        });
    routing.get("/", (req, res) -> page(res, "index.html"));
    routing.get("/docs", (req, res) -> page(res, "docs.html"));
    routing.get("/docs/start.js", (req, res) -> send(res, HERE + "docs.js", "text/javascript"));
    routing.get("/docs/ui.css", (req, res) -> library(res, "swagger-ui.css", "text/css"));
    routing.get(
        "/docs/ui.js", (req, res) -> library(res, "swagger-ui-bundle.js", "text/javascript"));
    routing.get(
        "/openapi.json",
        (req, res) -> {
          res.headers().set(HeaderNames.CONTENT_TYPE, "application/json");
          res.send(openApi);
        });
    table.accept(routing);
  }

  private void page(ServerResponse res, String name) throws IOException {
    res.headers().set(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
    res.header("Content-Security-Policy", PAGE_POLICY);
    String html = new String(read(HERE + name), StandardCharsets.UTF_8);
    res.send(html.replace("{version}", version).getBytes(StandardCharsets.UTF_8));
  }

  private void library(ServerResponse res, String name, String type) throws IOException {
    res.header("Cache-Control", "public, max-age=86400");
    send(res, UI + uiVersion + "/" + name, type);
  }

  private static void send(ServerResponse res, String resource, String type) throws IOException {
    res.headers().set(HeaderNames.CONTENT_TYPE, type + "; charset=utf-8");
    res.send(read(resource));
  }

  private static byte[] read(String resource) throws IOException {
    try (InputStream in = Site.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("missing resource " + resource);
      }
      return in.readAllBytes();
    }
  }
}
