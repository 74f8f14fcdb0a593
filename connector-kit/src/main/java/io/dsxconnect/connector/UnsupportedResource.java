package io.dsxconnect.connector;

import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Routes of the original that this kit does not support. Clients that query all kinds of connectors
 * rely on these answers to continue with the next one.
 */
final class UnsupportedResource implements RouteTable.Resource {
  @Override
  public List<Route> routes() {
    return List.of(
        Route.get("/assets", Access.CORE, "Lists assets: not supported")
            .with(
                Param.text("type", "Repeated in the answer"),
                Param.text("source", "Repeated in the answer"))
            .answers(200, "status is unsupported", Map.class)
            .to(
                call ->
                    call.answer(
                        200,
                        assets(
                            call.given("type").orElse("asset"),
                            call.given("source").orElse("configured_asset")))),
        Route.get("/objects", Access.CORE, "Lists objects: not supported")
            .with(Param.text("scope", "Repeated in the answer"))
            .answers(200, "status is unsupported", Map.class)
            .to(call -> call.answer(200, objects(call.given("scope").orElse("")))),
        Route.post("/webhook/event", Access.OPEN, "Accepts an event: not supported")
            .answers(200, "status is error", StatusResponse.class)
            .to(
                call ->
                    call.answer(
                        200,
                        StatusResponse.error(
                            "webhook events are not handled by this connector", null))));
  }

  private static Map<String, Object> assets(String type, String source) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("asset_type", type);
    answer.put("source", source);
    return unsupported(answer, "assets", "asset_discovery_not_supported");
  }

  private static Map<String, Object> objects(String scope) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("scope", scope);
    return unsupported(answer, "objects", "object_listing_not_supported");
  }

  private static Map<String, Object> unsupported(
      Map<String, Object> answer, String list, String message) {
    answer.put("status", "unsupported");
    answer.put(list, List.of());
    answer.put("unsupported", true);
    answer.put("message", message);
    return answer;
  }
}
