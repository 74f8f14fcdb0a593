package io.dsxconnect.connector;

import io.dsxconnect.contract.StatusResponse;
import io.helidon.webserver.http.ServerRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the original's connectors answer where they have nothing to offer: whoever asks all kinds of
 * connectors goes on with the next.
 */
final class UnsupportedRoutes {
  private UnsupportedRoutes() {}

  static Map<String, Object> assets(ServerRequest req) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("asset_type", req.query().first("type").orElse("asset"));
    answer.put("source", req.query().first("source").orElse("configured_asset"));
    return unsupported(answer, "assets", "asset_discovery_not_supported");
  }

  static Map<String, Object> objects(ServerRequest req) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("scope", req.query().first("scope").orElse(""));
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

  static StatusResponse webhook() {
    return StatusResponse.error("webhook events are not handled by this connector", null);
  }
}
