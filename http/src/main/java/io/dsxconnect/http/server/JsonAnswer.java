package io.dsxconnect.http.server;

import io.dsxconnect.contract.Json;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** Answers with JSON; a large body is compressed for a client that accepts gzip. */
public final class JsonAnswer {
  /** A smaller body is not worth the time; it takes few packets anyway. */
  private static final int MIN_COMPRESSED_BYTES = 8 * 1024;

  private static final Header VARY = HeaderValues.create(HeaderNames.VARY, "Accept-Encoding");

  private JsonAnswer() {}

  /** Answers with a status and a JSON body; a HEAD request gets no body. */
  public static void send(ServerRequest req, ServerResponse res, int status, Object body) {
    if (req.prologue().method().equals(Method.HEAD)) {
      res.status(Status.create(status)).send();
      return;
    }
    byte[] json = Json.bytes(body);
    if (json.length >= MIN_COMPRESSED_BYTES) {
      res.headers().add(VARY);
      if (GzipCoding.acceptedBy(req)) {
        res.headers().set(HeaderNames.CONTENT_ENCODING, "gzip");
        json = GzipCoding.quickest(json);
      }
    }
    send(res, status, json);
  }

  /** Answers with a status and a JSON body, which {@link Json#bytes} writes. */
  public static void send(ServerResponse res, int status, Object body) {
    send(res, status, Json.bytes(body));
  }

  private static void send(ServerResponse res, int status, byte[] json) {
    res.status(Status.create(status));
    res.headers().set(HeaderNames.CONTENT_TYPE, "application/json");
    res.send(json);
  }
}
