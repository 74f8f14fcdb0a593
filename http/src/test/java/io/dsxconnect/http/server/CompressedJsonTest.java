package io.dsxconnect.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Json;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CompressedJsonTest {
  private static final Map<String, String> LARGE = Map.of("text", "connector ".repeat(2_000));
  private static final Map<String, String> SMALL = Map.of("text", "x".repeat(8_000));

  private static HttpServer server;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    server =
        HttpServer.start(
            "127.0.0.1",
            0,
            routing ->
                routing
                    .any("/large", (req, res) -> JsonAnswer.send(req, res, 200, LARGE))
                    .any("/small", (req, res) -> JsonAnswer.send(req, res, 200, SMALL)));
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  private static HttpResponse<byte[]> send(String method, String path, String accepted)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("Accept-Encoding", accepted)
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void bug_a_large_answer_was_never_compressed() throws Exception {
    HttpResponse<byte[]> answer = send("GET", "/large", "br, gzip");
    assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.headers().firstValue("Vary")).contains("Accept-Encoding");
    assertThat(answer.body().length).isLessThan(1_000);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
      assertThat(in.readAllBytes()).isEqualTo(Json.bytes(LARGE));
    }
  }

  @Test
  void a_client_that_does_not_accept_gzip_gets_the_plain_body() throws Exception {
    HttpResponse<byte[]> answer = send("GET", "/large", "gzip;q=0, br");
    assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(answer.headers().firstValue("Vary")).contains("Accept-Encoding");
    assertThat(answer.body()).isEqualTo(Json.bytes(LARGE));
  }

  @Test
  void a_small_answer_is_not_compressed() throws Exception {
    HttpResponse<byte[]> answer = send("GET", "/small", "gzip");
    assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(answer.body()).isEqualTo(Json.bytes(SMALL));
  }

  @Test
  void a_head_request_gets_no_body() throws Exception {
    assertThat(send("HEAD", "/large", "gzip").body()).isEmpty();
  }
}
