package io.dsxconnect.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlowPeersTest {
  private static final Duration SHORT_BODY_TIME = Duration.ofMillis(300);
  private static final String REQUEST = "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private static HttpServer server(Limits limits) {
    byte[] large = new byte[16 << 20];
    return HttpServer.start(
        "127.0.0.1",
        0,
        limits,
        routing -> {
          routing.get("/large", (req, res) -> res.send(large));
          routing.get("/healthz", (req, res) -> JsonAnswer.send(res, 200, "well"));
          routing.post(
              "/read", (req, res) -> JsonAnswer.send(res, 200, "" + Bodies.read(req, 4096).length));
        });
  }

  private Socket send(HttpServer server, String text) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(20_000);
    socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    sockets.add(socket);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String answer(Socket socket) throws IOException {
    byte[] start = socket.getInputStream().readNBytes(12);
    return new String(start, StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nX\r\n\r\n"})
  void bug_connections_that_ended_in_their_head_were_held_for_two_minutes(String head)
      throws Exception {
    Limits patient = new Limits(Duration.ofMinutes(1), Duration.ofMinutes(1), 5000, 100, 1 << 20);
    try (HttpServer server = server(patient)) {
      for (int i = 0; i < 300; i++) {
        send(server, head).close();
      }
      await().until(() -> server.watchedForSlowness() == 0);
    }
  }

  @Test
  void bug_clients_that_do_not_read_kept_health_checks_out() throws Exception {
    try (HttpServer server =
        server(new Limits(Duration.ofMinutes(1), SHORT_BODY_TIME, 100, 4, 1 << 20))) {
      for (int i = 0; i < 4; i++) {
        send(server, REQUEST.formatted("/large"));
      }
      await().until(() -> server.watchedForSlowness() == 4);
      assertThat(answer(send(server, REQUEST.formatted("/large")))).isEqualTo("HTTP/1.1 503");
      assertThat(answer(send(server, REQUEST.formatted("/healthz")))).isEqualTo("HTTP/1.1 200");
    }
  }

  @Test
  void bug_an_answer_that_nobody_takes_was_written_without_end() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    try (HttpServer server =
        HttpServer.start(
            "127.0.0.1",
            0,
            new Limits(Duration.ofMinutes(1), SHORT_BODY_TIME, 100, 4, 1 << 20),
            routing ->
                routing.get(
                    "/stream",
                    (req, res) -> {
                      byte[] part = new byte[1024];
                      try (var out = res.outputStream()) {
                        while (true) {
                          out.write(part);
                        }
                      } finally {
                        ended.countDown();
                      }
                    }))) {
      send(server, REQUEST.formatted("/stream"));
      await().untilAsserted(() -> assertThat(ended.getCount()).isZero());
    }
  }

  @Test
  void bug_bodies_together_could_fill_the_heap() throws Exception {
    try (HttpServer server =
        server(new Limits(Duration.ofMinutes(1), Duration.ofMinutes(1), 100, 50, 4096))) {
      String head = "POST /read HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n";
      Socket holding = send(server, head.formatted(4096) + "x");
      await()
          .untilAsserted(
              () ->
                  assertThat(answer(send(server, head.formatted(10) + "0123456789")))
                      .isEqualTo("HTTP/1.1 503"));
      holding.getOutputStream().write(new byte[4095]);
      assertThat(answer(holding)).isEqualTo("HTTP/1.1 200");
      await()
          .untilAsserted(
              () ->
                  assertThat(answer(send(server, head.formatted(10) + "0123456789")))
                      .isEqualTo("HTTP/1.1 200"));
      assertThat(answer(send(server, head.formatted(4097)))).isEqualTo("HTTP/1.1 413");
    }
  }
}
