package io.dsxconnect.core;

import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.http.server.Bodies;
import io.dsxconnect.http.server.HttpServer;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

/**
 * A scanner, and what stands in front of it: says benign with the size that it saw, unless a test
 * has it do something else with a file.
 */
public final class FakeScanner implements AutoCloseable {
  /** In place of a status: the connection is closed without an answer. */
  public static final int CLOSES = 0;

  private final HttpServer server;
  private final ToIntFunction<String> statuses;
  private volatile String retryAfter = "";

  /** Files and probes that came. */
  public final AtomicInteger asked = new AtomicInteger();

  /**
   * @param statuses by the metadata of a file, which name its location; 200 for a verdict
   */
  public FakeScanner(ToIntFunction<String> statuses) {
    this.statuses = statuses;
    this.server =
        HttpServer.start("127.0.0.1", 0, routing -> routing.post(Routes.SCAN_BINARY, this::scan));
  }

  public String url() {
    return server.url();
  }

  /** From now on what is not a verdict has this header. */
  public void retryAfter(String value) {
    retryAfter = value;
  }

  private void scan(ServerRequest request, ServerResponse response) {
    asked.incrementAndGet();
    int status =
        statuses.applyAsInt(
            request.headers().value(HeaderNames.create("X-Custom-Metadata")).orElse(""));
    if (status == CLOSES) {
      throw new CloseConnectionException("as a balancer does without a scanner");
    }
    int size = Bodies.read(request, 1 << 20).length;
    if (status != 200) {
      if (!retryAfter.isEmpty()) {
        response.header("Retry-After", retryAfter);
      }
      HttpServer.send(response, status, Map.of("detail", "refused"));
      return;
    }
    HttpServer.send(
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
