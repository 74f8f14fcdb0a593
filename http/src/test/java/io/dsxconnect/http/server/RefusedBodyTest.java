package io.dsxconnect.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests whose body the server does not want, or cannot hold. */
@Timeout(60)
class RefusedBodyTest {
  private static final int MAX_BODY_BYTES = 1000;
  private static final int GIBIBYTE = 1 << 30;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3})");
  private static final String INNER_REQUEST = "DELETE /inner HTTP/1.1\r\nHost: h\r\n\r\n";

  private final AtomicInteger innerRequests = new AtomicInteger();
  private final HttpServer server =
      HttpServer.start(
          "127.0.0.1",
          0,
          new Limits(Duration.ofMinutes(1), Duration.ofMillis(500), 100, 50, 1 << 20),
          routing -> {
            routing.addFilter(
                (chain, req, res) -> {
                  if (req.path().path().equals("/filter")) {
                    throw Refusal.of(421, "no");
                  }
                  chain.proceed();
                });
            routing.post(
                "/read",
                (req, res) ->
                    JsonAnswer.send(res, 200, Bodies.read(req, MAX_BODY_BYTES).length + " read"));
            routing.post(
                "/refuse",
                (req, res) -> {
                  throw Refusal.of(403, "no");
                });
            routing.post("/ignore", (req, res) -> JsonAnswer.send(res, 200, "ignored"));
            routing.delete(
                "/inner",
                (req, res) -> {
                  innerRequests.incrementAndGet();
                  JsonAnswer.send(res, 200, Map.of());
                });
          });
  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
  }

  private Socket send(String text) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    sockets.add(socket);
    socket.setSoTimeout(5000);
    send(socket, text);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String post(String path, String... headers) {
    return "POST " + path + " HTTP/1.1\r\nHost: h\r\n" + String.join("", headers) + "\r\n";
  }

  private static String chunk(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }

  private static String status(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      assertThat(b).isNotNegative();
      head.append((char) b);
    }
    var length = Pattern.compile("(?i)content-length: ([0-9]+)").matcher(head);
    if (length.find()) {
      in.readNBytes(Integer.parseInt(length.group(1)));
    }
    return head.substring(9, 12);
  }

  /** The statuses of all answers until the server closes the connection. */
  private static List<String> statuses(Socket socket) throws IOException {
    StringBuilder answers = new StringBuilder();
    try {
      for (int b; (b = socket.getInputStream().read()) >= 0; ) {
        answers.append((char) b);
      }
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      answers.append(e.getMessage());
    }
    return STATUS.matcher(answers).results().map(match -> match.group(1)).toList();
  }

  @Test
  void bug_a_chunk_of_a_gibibyte_filled_the_heap() throws Exception {
    Socket socket =
        send(
            post("/read", "Transfer-Encoding: chunked\r\n")
                + Integer.toHexString(GIBIBYTE)
                + "\r\n"
                + "x".repeat(2 * MAX_BODY_BYTES));
    assertThat(status(socket)).isEqualTo("413");
  }

  @Test
  void bug_the_size_of_a_chunk_could_have_any_number_of_digits() throws Exception {
    Socket socket = send(post("/read", "Transfer-Encoding: chunked\r\n") + "1".repeat(2000));
    assertThat(statuses(socket)).containsExactly("400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\r\n",
        "\r\n",
        "-1\r\nx\r\n0\r\n\r\n",
        "1\r\nxy\r\n0\r\n\r\n",
        "0\r\n" + INNER_REQUEST,
        "0\r\nA: b\r\n\r\n" + INNER_REQUEST
      })
  void a_malformed_chunk_is_refused_once(String body) throws Exception {
    Socket socket = send(post("/read", "Transfer-Encoding: chunked\r\n") + body);
    assertThat(statuses(socket)).containsExactly("400");
    assertThat(innerRequests).hasValue(0);
  }

  @Test
  void chunked_and_plain_bodies_share_a_connection() throws Exception {
    String chunked = post("/read", "Transfer-Encoding: chunked\r\n");
    Socket socket = send(chunked + chunk("x".repeat(600)));
    send(socket, chunk("y".repeat(400)) + "0\r\n\r\n");
    assertThat(status(socket)).isEqualTo("200");
    send(socket, post("/read", "Content-Length: 3\r\n") + "abc" + INNER_REQUEST);
    assertThat(status(socket)).isEqualTo("200");
    assertThat(status(socket)).isEqualTo("200");
    send(socket, chunked + "00A\r\n0123456789\r\n0\r\n\r\n" + INNER_REQUEST);
    assertThat(status(socket)).isEqualTo("200");
    assertThat(status(socket)).isEqualTo("200");
    assertThat(innerRequests).hasValue(2);
  }

  @ParameterizedTest
  @CsvSource({
    "/refuse, '', 403",
    "/refuse, Connection: close, 403",
    "/filter, '', 421",
    "/filter, Connection: close, 421",
    "/read, '', 413",
    "/read, Connection: close, 413"
  })
  void bug_the_body_of_a_refused_request_with_expect_was_run_as_a_request(
      String path, String connection, String status) throws Exception {
    String body = INNER_REQUEST.repeat(50);
    String head =
        post(
            path,
            connection.isEmpty() ? "" : connection + "\r\n",
            "Expect: 100-continue\r\nContent-Length: " + body.length() + "\r\n");
    assertThat(statuses(send(head + body))).containsExactly(status);
    assertThat(innerRequests).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({"/refuse, 403", "/filter, 421", "/read, 413", "/ignore, 200", "/none, 404"})
  void a_client_that_waits_for_continue_gets_the_answer_and_the_end(String path, String status)
      throws Exception {
    Socket socket = send(post(path, "Expect: 100-continue\r\nContent-Length: 2000000\r\n"));
    assertThat(statuses(socket)).containsExactly(status);
  }

  @Test
  void a_client_that_may_continue_is_answered_on_an_open_connection() throws Exception {
    String head = post("/read", "Expect: 100-continue\r\nContent-Length: 3\r\n");
    Socket socket = send(head);
    for (int i = 0; i < 2; i++) {
      assertThat(status(socket)).isEqualTo("100");
      send(socket, "abc");
      assertThat(status(socket)).isEqualTo("200");
      send(socket, head);
    }
  }

  @ParameterizedTest
  @CsvSource({"/refuse, 403", "/filter, 421", "/ignore, 200", "/none, 404"})
  void a_small_body_that_nobody_reads_leaves_the_connection_open(String path, String status)
      throws Exception {
    Socket socket = send(post(path, "Content-Length: 3\r\n") + "abc" + INNER_REQUEST);
    assertThat(status(socket)).isEqualTo(status);
    assertThat(status(socket)).isEqualTo("200");
    assertThat(innerRequests).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource({
    "GET /none, '', 404",
    "POST /refuse, abc, 403",
    "POST /filter, abc, 421",
    "POST /read, abc, 200",
    "POST /ignore, abc, 200"
  })
  void bug_the_server_did_not_close_a_connection_that_it_had_announced_to_close(
      String request, String body, String status) throws Exception {
    Socket socket =
        send(
            request
                + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body);
    assertThat(statuses(socket)).containsExactly(status);
  }

  @ParameterizedTest
  @CsvSource({
    "/refuse, '', 0, 403",
    "/refuse, 'Connection: close\r\n', 0, 403",
    "/refuse, '', 50, 403",
    "/refuse, 'Connection: close\r\n', 50, 403",
    "/filter, '', 0, 421",
    "/filter, '', 50, 421"
  })
  void bug_a_refused_client_that_was_silent_or_slow_kept_its_connection(
      String path, String connection, long millisPerByte, String status) throws Exception {
    Socket socket = send(post(path, connection, "Content-Length: 100000000\r\n"));
    if (millisPerByte > 0) {
      Thread.startVirtualThread(
          () -> {
            try {
              while (true) {
                Thread.sleep(millisPerByte);
                send(socket, "x");
              }
            } catch (IOException | InterruptedException e) {
              // The server has closed the connection.
            }
          });
    }
    assertThat(statuses(socket)).containsExactly(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Connection: close\r\n"})
  void bug_a_body_found_too_large_while_it_is_read_got_two_answers(String connection)
      throws Exception {
    Socket socket =
        send(
            post("/read", connection, "Transfer-Encoding: chunked\r\n")
                + chunk("x".repeat(8 * MAX_BODY_BYTES)));
    Thread.sleep(50);
    send(socket, chunk(INNER_REQUEST) + INNER_REQUEST);
    assertThat(statuses(socket)).containsExactly("413");
    assertThat(innerRequests).hasValue(0);
  }
}
