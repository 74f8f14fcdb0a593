package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.connector.ConnectorRequest;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks registered connectors how they are and what they would list. A request blocks for the
 * connector's answer. Thread-safe. See docs/wire.md, "Connector routes".
 */
public final class ConnectorCheckResource implements RouteTable.Resource {
  private final ConnectorCalls calls;

  public ConnectorCheckResource(Registry registry, ConnectorClient client) {
    this.calls = new ConnectorCalls(registry, client);
  }

  record Estimate(@Nullable Long count, String confidence) {}

  @Override
  public List<Route> routes() {
    return List.of(
        ConnectorCalls.get(Routes.REPO_CHECK, "Check that a connector can access its repository")
            .acts()
            .with(Param.whole("preview", 0, 1000, null, "Number of file names to return"))
            .answers(200, "The result", StatusResponse.class)
            .to(this::repoCheck),
        ConnectorCalls.get(Routes.ESTIMATE, "Get the number of files that a connector expects")
            .acts()
            .answers(200, "The number; null when it is unknown", Estimate.class)
            .to(this::estimate),
        health(Routes.HEALTHZ, "Check that a connector is alive"),
        health(Routes.READYZ, "Check that a connector is ready"),
        ConnectorCalls.get("/auth_check", "Check that a connector accepts the core's signature")
            .answers(200, "Accepted", StatusResponse.class)
            .answers(401, "unauthorized: hmac_rejected")
            .to(this::authCheck));
  }

  private Route health(String path, String summary) {
    return ConnectorCalls.get(path, summary)
        .answers(200, "The connector's answer")
        .answers(503, "The connector is not ready")
        .to(
            call ->
                call.answer(
                    200, ConnectorCalls.object(calls.ask(call, ConnectorRequest.get(path)))));
  }

  private void repoCheck(Call call) {
    byte[] body =
        calls.ask(
            call, ConnectorRequest.get(Routes.REPO_CHECK, ConnectorCalls.encoded(call.query())));
    StatusResponse status;
    try {
      status = StatusResponse.read(Json.parse(body));
    } catch (InvalidInput e) {
      throw ConnectorCalls.notTheConnector();
    }
    call.answer(200, status);
  }

  private void estimate(Call call) {
    ObjectNode estimate =
        ConnectorCalls.object(calls.ask(call, ConnectorRequest.get(Routes.ESTIMATE)));
    call.answer(
        200,
        estimate.has("count") && estimate.has("confidence")
            ? estimate
            : new Estimate(null, "unknown"));
  }

  private void authCheck(Call call) {
    ConnectorInstance connector = calls.connector(call);
    try {
      ConnectorClient.Answer answer = calls.send(connector, ConnectorRequest.get(Routes.CONFIG));
      if (answer.status() == 401) {
        throw Refusal.of(401, "unauthorized: hmac_rejected");
      }
    } catch (IOException e) {
      ConnectorCalls.logFailure(connector, e);
      throw Refusal.of(502, "auth_check_failed: " + ConnectorClient.kind(e));
    }
    call.answer(200, StatusResponse.success("auth_ok", "HMAC verified"));
  }
}
