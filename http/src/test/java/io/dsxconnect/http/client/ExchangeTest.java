package io.dsxconnect.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Peers that respond early, do not read, or close a pooled connection. */
class ExchangeTest {
  private static final long LARGE_BYTES = 100L << 20;

  private final CloseableHttpClient client =
      HttpClients.client(Duration.ofSeconds(3), Duration.ofSeconds(20), 4);
  private final AtomicInteger calls = new AtomicInteger();
  private ServerSocket server;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Peer peer = (socket, call) -> {};

  /** The server's part of a call, after the head of the request was read. */
  private interface Peer {
    void serve(Socket socket, int call) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(
        () -> {
          while (!server.isClosed()) {
            try {
              Socket socket = server.accept();
              Thread.startVirtualThread(() -> serve(socket));
            } catch (IOException e) {
              return;
            }
          }
        });
  }

  private void serve(Socket socket) {
    try (socket) {
      while (readHead(socket.getInputStream())) {
        peer.serve(socket, calls.incrementAndGet());
      }
    } catch (IOException e) {
      // The client has closed the connection, as some tests expect.
      return;
    }
  }

  private static boolean readHead(InputStream in) throws IOException {
    int matched = 0;
    while (matched < 4) {
      int b = in.read();
      if (b < 0) {
        return false;
      }
      matched = b == "\r\n\r\n".charAt(matched) ? matched + 1 : b == '\r' ? 1 : 0;
    }
    return true;
  }

  @AfterEach
  void stop() throws IOException {
    ended.countDown();
    client.close();
    server.close();
  }

  private static void answer(Socket socket, String status, String body) throws IOException {
    socket
        .getOutputStream()
        .write(
            ("HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  /** A body of zeros, with or without Content-Length, generated while it is sent. */
  private static final class Zeros extends AbstractHttpEntity {
    private final boolean announced;

    Zeros(boolean announced) {
      super(ContentType.APPLICATION_OCTET_STREAM, null, !announced);
      this.announced = announced;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      byte[] zeros = new byte[64 * 1024];
      for (long left = LARGE_BYTES; left > 0; left -= zeros.length) {
        out.write(zeros);
      }
    }

    @Override
    public long getContentLength() {
      return announced ? LARGE_BYTES : -1;
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public boolean isStreaming() {
      return true;
    }

    @Override
    public InputStream getContent() {
      return InputStream.nullInputStream();
    }

    @Override
    public void close() {}
  }

  private Target target() {
    return Target.parse("http://127.0.0.1:" + server.getLocalPort()).orElseThrow();
  }

  private ClassicHttpResponse send(Exchange exchange, ClassicHttpRequest request)
      throws IOException {
    return client.executeOpen(target().httpHost(), request, exchange.context());
  }

  private ClassicHttpRequest upload(boolean announced) {
    return target().request("POST", "").setEntity(new Zeros(announced)).build();
  }

  @ParameterizedTest
  @CsvSource({"true, 413", "false, 413", "true, 503", "false, 401"})
  void bug_a_response_that_arrived_while_the_body_was_sent_was_lost(boolean announced, int code)
      throws IOException {
    peer =
        (socket, call) -> {
          answer(socket, code + " No", "no");
          socket.close();
        };
    try (Exchange exchange = new Exchange(Duration.ofMinutes(1));
        ClassicHttpResponse response = send(exchange, upload(announced))) {
      assertThat(response.getCode()).isEqualTo(code);
      assertThat(exchange.answeredEarly()).isTrue();
    }
  }

  @Test
  void bug_an_early_response_was_read_only_after_the_whole_body_was_sent() throws IOException {
    AtomicInteger read = new AtomicInteger();
    peer =
        (socket, call) -> {
          answer(socket, "503 Busy", "");
          byte[] buffer = new byte[64 * 1024];
          for (int n; (n = socket.getInputStream().read(buffer)) >= 0; ) {
            read.addAndGet(n);
          }
        };
    try (Exchange exchange = new Exchange(Duration.ofMinutes(1));
        ClassicHttpResponse response = send(exchange, upload(true))) {
      assertThat(response.getCode()).isEqualTo(503);
      assertThat(exchange.answeredEarly()).isTrue();
      assertThat(read.get()).isLessThan((int) LARGE_BYTES / 2);
    }
  }

  @Test
  void bug_a_peer_that_does_not_read_held_its_caller_for_ever() {
    peer =
        (socket, call) -> {
          try {
            ended.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    try (Exchange exchange = new Exchange(Duration.ofMillis(500))) {
      exchange.begin();
      assertThatThrownBy(() -> send(exchange, upload(true))).isInstanceOf(IOException.class);
      assertThat(exchange.isCut()).isTrue();
    }
  }

  @Test
  void bug_a_call_on_a_pooled_connection_that_the_peer_had_closed_failed() throws IOException {
    peer =
        (socket, call) -> {
          if (call == 2) {
            socket.close();
          } else {
            answer(socket, "200 OK", "ok");
          }
        };
    assertThat(small(new Exchange(Duration.ofMinutes(1)).repeatable())).isEqualTo(200);
    try (Exchange exchange = new Exchange(Duration.ofMinutes(1)).repeatable()) {
      assertThat(small(exchange)).isEqualTo(200);
      assertThat(exchange.repeated()).isTrue();
    }
    assertThat(calls).hasValue(3);
  }

  @Test
  void only_repeatable_calls_on_pooled_connections_are_repeated() throws IOException {
    peer =
        (socket, call) -> {
          if (call == 1) {
            answer(socket, "200 OK", "ok");
          } else {
            socket.close();
          }
        };
    assertThat(small(new Exchange(Duration.ofMinutes(1)))).isEqualTo(200);
    assertThatThrownBy(() -> small(new Exchange(Duration.ofMinutes(1))))
        .isInstanceOf(IOException.class);
    assertThat(calls).hasValue(2);
    assertThatThrownBy(() -> small(new Exchange(Duration.ofMinutes(1)).repeatable()))
        .isInstanceOf(IOException.class);
    assertThat(calls).hasValue(3);
  }

  private int small(Exchange exchange) throws IOException {
    try (ClassicHttpResponse response =
        send(exchange, target().request("POST", "").setEntity(new StringEntity("")).build())) {
      org.apache.hc.core5.http.io.entity.EntityUtils.consume(response.getEntity());
      return response.getCode();
    }
  }
}
