package io.dsxconnect.connector;

import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.http.server.RequestGate;
import io.dsxconnect.http.server.StaticFile;
import io.dsxconnect.routes.OpenApi;
import io.dsxconnect.routes.RouteTable;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a connector's port serves: the routes, their OpenAPI document, and the checks.
 */
final class ConnectorSite implements Consumer<HttpRouting.Builder> {
  private final RouteTable table;
  private final StaticFile openApi;
  private final String uuid;
  private final RequestGate gate;

  /**
   * @param advertised the address that the core uses; null: the one that the server listens on
   */
  ConnectorSite(RouteTable table, String version, String uuid, @Nullable Target advertised) {
    this.table = table;
    this.uuid = uuid;
    OpenApi.Heading heading =
        new OpenApi.Heading(
            "dsx-connect connector",
            version,
            "Lists, reads and acts on the files of a repository.",
            "connector");
    this.openApi =
        new StaticFile(Json.bytes(OpenApi.document(table, heading)), "application/json", 0);
    this.gate =
        new RequestGate(
            advertised == null ? Set.of() : Set.of(advertised.host().toLowerCase(Locale.ROOT)),
            "DSXCONNECTOR_CONNECTOR_URL");
  }

  @Override
  public void accept(HttpRouting.Builder routing) {
    routing.addFilter(
        (chain, req, res) -> {
          res.header(Routes.CONNECTOR_UUID, uuid);
          gate.check(req, table.effect(req));
          checkAddressee(req);
          chain.proceed();
        });
    routing.get(table.prefix() + "/openapi.json", openApi);
    table.accept(routing);
  }

  /** Refuses requests for another connector that had, or still advertises, this address. */
  private void checkAddressee(ServerRequest req) {
    String meant = req.headers().value(HeaderNames.create(Routes.CONNECTOR_UUID)).orElse(uuid);
    if (!meant.equalsIgnoreCase(uuid)) {
      throw Refusal.of(421, "this is connector " + uuid + ", not " + Printable.of(meant));
    }
  }
}
