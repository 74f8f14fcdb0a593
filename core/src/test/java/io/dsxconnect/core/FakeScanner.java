package io.dsxconnect.core;

import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.http.server.Bodies;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.JsonAnswer;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

/**
 * A scanner, or a proxy in front of one: reports Benign with the size that it read, unless a test
 * selects another status for a file.
 */
public final class FakeScanner implements AutoCloseable {
  /** Instead of a status: closes the connection without an answer. */
  public static final int CLOSES = 0;

  private final HttpServer server;
  private final ToIntFunction<String> statuses;
  private volatile String retryAfter = "";

  /** The number of files and probes received. */
  public final AtomicInteger asked = new AtomicInteger();

  /**
   * @param statuses selects the status by a file's metadata, which has its location; 200 for a
   *     verdict
   */
  public FakeScanner(ToIntFunction<String> statuses) {
    this.statuses = statuses;
    this.server =
        HttpServer.start("127.0.0.1", 0, routing -> routing.post(Routes.SCAN_BINARY, this::scan));
  }

  public String url() {
    return server.url();
  }

  /** Adds this {@code Retry-After} to every answer without a verdict from now on. */
  public void retryAfter(String value) {
    retryAfter = value;
  }

  private void scan(ServerRequest request, ServerResponse response) {
    asked.incrementAndGet();
    int status =
        statuses.applyAsInt(
            request.headers().value(HeaderNames.create("X-Custom-Metadata")).orElse(""));
    if (status == CLOSES) {
      throw new CloseConnectionException("as a balancer without a scanner does");
    }
    int size = Bodies.read(request, 1 << 20).length;
    if (status != 200) {
      if (!retryAfter.isEmpty()) {
        response.header("Retry-After", retryAfter);
      }
      JsonAnswer.send(response, status, Map.of("detail", "refused"));
      return;
    }
    JsonAnswer.send(
        response,
        200,
        Json.object()
            .put("scan_guid", "g")
            .put("verdict", "Benign")
            .set("file_info", Json.object().put("file_size_in_bytes", size)));
  }

  @Override
  public void close() {
    server.close();
  }
}
