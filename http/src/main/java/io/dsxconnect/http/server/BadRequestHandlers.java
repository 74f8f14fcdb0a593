package io.dsxconnect.http.server;

import io.dsxconnect.contract.Json;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import java.util.Map;

/**
 * Answers requests that the server rejects before routing, such as malformed ones, in the shape of
 * every other error. Helidon's own message is not sent: it names its classes. Thread-safe.
 */
final class BadRequestHandlers implements DirectHandler {

  /** One handler for each kind of rejected request. */
  static DirectHandlers handlers() {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (EventType type : EventType.values()) {
      handlers.addHandler(type, new BadRequestHandlers());
    }
    return handlers.build();
  }

  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType type,
      Status status,
      ServerResponseHeaders headers,
      String message) {
    SecurityHeaders.ALWAYS.forEach((name, value) -> headers.set(HeaderNames.create(name), value));
    return TransportResponse.builder()
        .status(status)
        .headers(headers)
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .keepAlive(false)
        .entity(Json.bytes(Map.of("detail", status.reasonPhrase())))
        .build();
  }
}
