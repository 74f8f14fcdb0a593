package io.dsxconnect.core.api;

import io.dsxconnect.core.redis.IntakeClosedException;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.http.server.JsonAnswer;
import io.helidon.webserver.http.HttpRouting;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Answers 503 with {@code Retry-After}: 2 s while Redis is unavailable, 10 s while intake is
 * closed. Immutable.
 */
final class RedisErrorMapping implements Consumer<HttpRouting.Builder> {
  @Override
  public void accept(HttpRouting.Builder routing) {
    routing.error(
        RedisUnavailableException.class,
        (req, res, e) -> {
          boolean closed = e instanceof IntakeClosedException;
          res.header("Retry-After", closed ? "10" : "2");
          String why = closed ? String.valueOf(e.getMessage()) : "job_store_unavailable";
          JsonAnswer.send(req, res, 503, Map.of("detail", why));
        });
  }
}
