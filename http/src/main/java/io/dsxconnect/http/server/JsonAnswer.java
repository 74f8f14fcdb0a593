package io.dsxconnect.http.server;

import io.dsxconnect.contract.Json;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** Answers with JSON. */
public final class JsonAnswer {
  private JsonAnswer() {}

  /** Answers with a status and a JSON body; a HEAD request gets no body. */
  public static void send(ServerRequest req, ServerResponse res, int status, Object body) {
    if (req.prologue().method().equals(Method.HEAD)) {
      res.status(Status.create(status)).send();
    } else {
      send(res, status, body);
    }
  }

  /** Answers with a status and a JSON body, which {@link Json#bytes} writes. */
  public static void send(ServerResponse res, int status, Object body) {
    res.status(Status.create(status));
    res.headers().set(HeaderNames.CONTENT_TYPE, "application/json");
    res.send(Json.bytes(body));
  }
}
