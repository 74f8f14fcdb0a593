package io.dsxconnect.core.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.http.client.ClientSettings;
import io.dsxconnect.http.client.HttpClients;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Connectors that are too slow, hang, close connections, are another one, or have a proxy in front.
 */
class OddConnectorTest {
  private static final String ACTED =
      "{\"status\":\"success\",\"message\":\"File deleted\",\"item_action\":\"delete\"}";
  private static final MinimumRate SHORT_WINDOW =
      new MinimumRate(Duration.ofMillis(500), 10 * 1024);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final CountDownLatch over = new CountDownLatch(1);

  /** Method and path of each request. */
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /** Answers a request; the connection is closed afterwards. */
  private interface Behaviour {
    void answer(String request, Socket socket) throws IOException, InterruptedException;
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  @AfterEach
  void stop() throws Exception {
    over.countDown();
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  /** Serves one request per connection. */
  private String connector(Behaviour behaviour) throws IOException {
    ServerSocket server = opened(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.startVirtualThread(
        () -> {
          while (!server.isClosed()) {
            try {
              Socket socket = server.accept();
              Thread.startVirtualThread(() -> serve(socket, behaviour));
            } catch (IOException e) {
              return;
            }
          }
        });
    return "http://127.0.0.1:" + server.getLocalPort() + "/c";
  }

  private void serve(Socket socket, Behaviour behaviour) {
    try (socket) {
      StringBuilder head = new StringBuilder();
      InputStream in = socket.getInputStream();
      while (!head.toString().endsWith("\r\n\r\n")) {
        int b = in.read();
        if (b < 0) {
          return;
        }
        head.append((char) b);
      }
      String request = head.substring(0, head.indexOf(" HTTP"));
      asked.add(request);
      behaviour.answer(request, socket);
    } catch (IOException e) {
      // The core closed the connection, as some of these tests expect.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(Socket socket, String status, String headers, String body)
      throws IOException {
    socket
        .getOutputStream()
        .write(
            ("HTTP/1.1 "
                    + status
                    + "\r\nConnection: close\r\n"
                    + headers
                    + "Content-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.US_ASCII));
  }

  private ConnectorClient client(Duration silence, Duration action) {
    return opened(
        new ConnectorClient(
            new ConnectorClient.Times(silence, action, SHORT_WINDOW),
            new HttpClients.Pool(8, 2),
            ClientSettings.DEFAULT));
  }

  private static ScanRequest file(String uuid, String url) {
    ConnectorInstance connector =
        ConnectorInstance.builder("c", url).uuid(uuid).status(ConnectorStatus.READY).build();
    return ScanRequest.of("/f", "f").withConnector(connector, null).withAction("action-1", null);
  }

  @Test
  void bug_a_connector_that_drips_held_its_slot_for_ever() throws Exception {
    String url =
        connector(
            (request, socket) -> {
              if (request.startsWith("GET")) {
                send(socket, "404 Not Found", "", "");
                return;
              }
              socket
                  .getOutputStream()
                  .write(
                      "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 2000000000\r\n\r\n"
                          .getBytes(StandardCharsets.US_ASCII));
              while (!over.await(50, TimeUnit.MILLISECONDS)) {
                socket.getOutputStream().write('a');
              }
            });
    ReadReply read =
        client(Duration.ofSeconds(20), Duration.ofMinutes(1)).read(url, file("A", url));
    assertThat(read).isInstanceOf(ReadReply.Content.class);
    try (InputStream in = ((ReadReply.Content) read).stream()) {
      assertThatThrownBy(() -> in.transferTo(java.io.OutputStream.nullOutputStream()))
          .isInstanceOf(SlowConnectorException.class)
          .hasMessageContaining("less than 10240 bytes per second");
    }
  }

  @Test
  void bug_an_answer_whose_head_drips_held_its_caller_for_ever() throws Exception {
    String url =
        connector(
            (request, socket) -> {
              socket
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
              while (!over.await(50, TimeUnit.MILLISECONDS)) {
                socket.getOutputStream().write('a');
              }
            });
    ConnectorClient client = client(Duration.ofMillis(300), Duration.ofMinutes(1));
    assertThat(client.read(url, file("A", url))).isInstanceOf(ReadReply.Failed.class);
    assertThatThrownBy(() -> client.call(url, ConnectorRequest.get("/config")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void bug_one_connectors_calls_occupied_every_connection() throws Exception {
    String hangs = connector((request, socket) -> over.await());
    String good = connector((request, socket) -> send(socket, "200 OK", "", "{}"));
    ConnectorClient client = client(Duration.ofSeconds(20), Duration.ofMinutes(1));
    for (int i = 0; i < 8; i++) {
      Thread.startVirtualThread(() -> client.answers(hangs));
    }
    org.awaitility.Awaitility.await().until(() -> asked.size() >= 2);
    assertThat(client.answers(good)).isTrue();
  }

  @Test
  void bug_an_action_that_took_longer_than_a_read_may_was_recorded_as_failed() throws Exception {
    String url =
        connector(
            (request, socket) -> {
              if (request.startsWith("PUT")) {
                // Longer than the allowed silence of other calls; never released.
                boolean ignored = over.await(700, TimeUnit.MILLISECONDS);
              }
              send(socket, "200 OK", "", ACTED);
            });
    ConnectorClient client = client(Duration.ofMillis(300), Duration.ofSeconds(30));
    assertThat(client.act(url, file("A", url))).isInstanceOf(ActionReply.Answered.class);
    assertThat(client(Duration.ofMillis(300), Duration.ofMillis(400)).act(url, file("A", url)))
        .isInstanceOf(ActionReply.Failed.class);
  }

  @Test
  void bug_a_connector_read_and_acted_for_another_one_at_its_address() throws Exception {
    String original =
        connector((request, socket) -> send(socket, "200 OK", "", "{\"uuid\":\"B\"}"));
    String ours =
        connector(
            (request, socket) -> send(socket, "404 Not Found", "X-Connector-UUID: B\r\n", "{}"));
    ConnectorClient client = client(Duration.ofSeconds(5), Duration.ofMinutes(1));
    for (String url : List.of(original, ours)) {
      asked.clear();
      assertThat(client.read(url, file("A", url)))
          .isInstanceOfSatisfying(
              ReadReply.Misdirected.class,
              read -> assertThat(read.reason()).contains("connector A", "connector B", url));
      assertThat(client.act(url, file("A", url)))
          .isInstanceOfSatisfying(
              ActionReply.Failed.class,
              acted -> assertThat(acted.reason()).contains("connector A", "connector B"));
      ConnectorInstance a = java.util.Objects.requireNonNull(file("A", url).connector());
      assertThatThrownBy(() -> client.call(a, ConnectorRequest.post("/full_scan", "")))
          .isInstanceOf(WrongConnectorException.class);
      assertThat(asked).allMatch("GET /c/readyz"::equals);
    }
  }

  @Test
  void a_connector_that_does_not_say_who_it_is_is_called_and_asked_once() throws Exception {
    String url =
        connector(
            (request, socket) ->
                send(
                    socket,
                    request.startsWith("GET") ? "404 Not Found" : "200 OK",
                    "Content-Type: application/octet-stream\r\n",
                    "bytes"));
    ConnectorClient client = client(Duration.ofSeconds(5), Duration.ofMinutes(1));
    for (int i = 0; i < 3; i++) {
      ReadReply read = client.read(url, file("A", url));
      assertThat(read).isInstanceOf(ReadReply.Content.class);
      ((ReadReply.Content) read).discard();
    }
    assertThat(asked.stream().filter(r -> r.startsWith("GET"))).hasSize(1);
  }

  @Test
  void bug_what_a_balancer_said_for_a_connector_that_is_away_was_taken_for_its_word()
      throws Exception {
    for (String status : List.of("404 Not Found", "502 Bad Gateway", "503 Unavailable")) {
      String url = connector((request, socket) -> send(socket, status, "", "no backend"));
      ConnectorClient client = client(Duration.ofSeconds(5), Duration.ofMinutes(1));
      assertThat(client.read(url, file("A", url))).isInstanceOf(ReadReply.Down.class);
      assertThat(client.act(url, file("A", url))).isInstanceOf(ActionReply.Down.class);
    }
    String closes = connector((request, socket) -> {});
    ConnectorClient client = client(Duration.ofSeconds(5), Duration.ofMinutes(1));
    assertThat(client.read(closes, file("A", closes))).isInstanceOf(ReadReply.Down.class);
    assertThat(client.act(closes, file("A", closes))).isInstanceOf(ActionReply.Down.class);
  }

  @Test
  void a_404_of_a_connector_that_is_alive_is_its_own() throws Exception {
    String url =
        connector(
            (request, socket) ->
                send(socket, request.contains("healthz") ? "200 OK" : "404 Not Found", "", "{}"));
    assertThat(client(Duration.ofSeconds(5), Duration.ofMinutes(1)).read(url, file("A", url)))
        .isInstanceOf(ReadReply.Unreadable.class);
  }
}
