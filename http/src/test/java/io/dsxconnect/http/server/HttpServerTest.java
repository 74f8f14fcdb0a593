package io.dsxconnect.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.settings.StartFailure;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {

  @ParameterizedTest
  @ValueSource(ints = {-1, 65536, 70000})
  void bug_an_invalid_port_is_reported_in_one_line(int port) {
    assertThatThrownBy(() -> HttpServer.start("127.0.0.1", port, routing -> {}))
        .isInstanceOf(StartFailure.class)
        .hasMessage("there is no port " + port + "; choose 1 to 65535, or 0 for a free port");
  }

  @Test
  void bug_the_answer_to_a_head_request_without_a_route_had_a_body() throws Exception {
    try (HttpServer server = HttpServer.start("127.0.0.1", 0, routing -> {});
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      String heads = "HEAD /none HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(2);
      socket.getOutputStream().write(heads.getBytes(StandardCharsets.US_ASCII));
      assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 404");
      assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 404");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /healthz HTTP/1.0\r\n\r\n",
        "GET /healthz HTTP/1.0\r\nHost: dsxconnect\r\nConnection: close\r\n\r\n",
        "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\nX-A: b\r\n\r\n",
        "POST /healthz HTTP/1.0\r\nContent-Length: 4\r\n\r\nwell"
      })
  void bug_a_request_in_http_1_0_got_no_answer(String request) throws Exception {
    try (HttpServer server =
            HttpServer.start(
                "127.0.0.1",
                0,
                routing -> {
                  routing.get("/healthz", (req, res) -> JsonAnswer.send(res, 200, "well"));
                  routing.post(
                      "/healthz",
                      (req, res) ->
                          JsonAnswer.send(
                              res,
                              200,
                              new String(Bodies.read(req, 10), StandardCharsets.US_ASCII)));
                });
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n\"well\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1\r\nConnection: close", "HTTP/1.1", "HTTP/1.0"})
  void bug_edges_6_a_client_that_was_still_sending_did_not_learn_why_it_was_refused(String version)
      throws Exception {
    byte[] body = new byte[4 << 20];
    try (HttpServer server =
            HttpServer.start(
                "127.0.0.1",
                0,
                routing -> routing.post("/small", (req, res) -> res.send(Bodies.read(req, 1000))));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      String head =
          "POST /small " + version + "\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      assertThat(head(socket.getInputStream())).startsWith("HTTP/1.1 413");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /failing HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /none HTTP/1.1\r\nHost: localhost\r\nMalformed\r\n\r\n"
      })
  void bug_l22_an_error_could_be_stored_and_framed(String request) throws Exception {
    try (HttpServer server =
            HttpServer.start(
                "127.0.0.1",
                0,
                routing ->
                    routing.get(
                        "/failing",
                        (req, res) -> {
                          throw new IllegalStateException("a defect");
                        }));
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertThat(head(socket.getInputStream()))
          .containsOnlyOnce("Cache-Control: no-store\r\n")
          .containsOnlyOnce("Content-Security-Policy: default-src 'none'; frame-ancestors 'none'")
          .containsOnlyOnce("X-Content-Type-Options: nosniff\r\n")
          .containsOnlyOnce("X-Frame-Options: DENY\r\n")
          .doesNotContain("Strict-Transport-Security");
    }
  }

  private static String head(InputStream in) throws Exception {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      assertThat(b).isNotNegative();
      head.append((char) b);
    }
    return head.toString();
  }
}
