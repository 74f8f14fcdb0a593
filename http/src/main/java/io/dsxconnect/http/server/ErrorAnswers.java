package io.dsxconnect.http.server;

import io.dsxconnect.contract.InvalidInput;
import io.helidon.http.HttpException;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps the exceptions of handlers to answers of the form {@code {"detail": ...}}. */
final class ErrorAnswers {
  private static final Logger log = LoggerFactory.getLogger(ErrorAnswers.class);

  private ErrorAnswers() {}

  static void addTo(HttpRouting.Builder routes) {
    routes
        .error(Refusal.class, (req, res, e) -> JsonAnswer.send(req, res, e.status(), e.body()))
        .error(
            InvalidInput.class,
            (req, res, e) -> JsonAnswer.send(req, res, 422, Map.of("detail", e.problems())))
        .error(
            HttpException.class,
            (req, res, e) ->
                JsonAnswer.send(
                    req, res, e.status().code(), Map.of("detail", e.status().reasonPhrase())))
        .error(UncheckedIOException.class, ErrorAnswers::brokenConnection)
        .error(Throwable.class, ErrorAnswers::defect);
  }

  private static void brokenConnection(
      ServerRequest req, ServerResponse res, UncheckedIOException e) {
    log.debug("{} {}: {}", req.prologue().method().text(), req.path().path(), e.getMessage());
    if (!res.isSent()) {
      JsonAnswer.send(req, res, 400, Map.of("detail", "the request's body ended early"));
    }
  }

  private static void defect(ServerRequest req, ServerResponse res, Throwable e) {
    if (e instanceof IOException && res.isSent()) {
      // The client has closed the connection, so no answer can be sent.
      log.debug("{} {}: {}", req.prologue().method().text(), req.path().path(), e.getMessage());
      return;
    }
    log.error("{} {} failed", req.prologue().method().text(), req.path().path(), e);
    if (!res.isSent()) {
      JsonAnswer.send(req, res, 500, Map.of("detail", "Internal Server Error"));
    }
  }
}
