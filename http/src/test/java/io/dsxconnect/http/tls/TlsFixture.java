package io.dsxconnect.http.tls;

import io.dsxconnect.http.client.ClientSettings;
import io.dsxconnect.http.client.HttpClients;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.testing.TestCa;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets and certificates: one authority per class; servers are closed after each test. */
public abstract class TlsFixture {
  static final String HERE = "DNS:localhost,IP:127.0.0.1";
  static final SettingNames SETTINGS = new SettingNames("DSX_CA_BUNDLE", "DSX_CLIENT_CERT");
  @TempDir static Path temp;
  static TestCa ca;
  static KeyFiles server;

  final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void issue() throws IOException {
    ca = new TestCa(temp.resolve("ca"));
    server = files(ca.issue("server", HERE));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable part : open.reversed()) {
      part.close();
    }
  }

  /** An issued certificate as the product takes it. */
  public static KeyFiles files(TestCa.Issued issued) {
    return new KeyFiles(issued.certificate(), issued.key());
  }

  /** A server that answers {@code /hello}. */
  HttpServer serve(KeyFiles files) {
    return serve(files, routing -> {});
  }

  HttpServer serve(KeyFiles files, Consumer<HttpRouting.Builder> more) {
    HttpServer started =
        HttpServer.start(
            "127.0.0.1",
            0,
            new ServerTls(files, Duration.ZERO),
            routing -> {
              routing.get("/hello", (req, res) -> res.send("hello"));
              more.accept(routing);
            });
    open.add(started);
    return started;
  }

  static ClientTls trusting(@Nullable Path bundle) {
    return new ClientTls(SETTINGS, true, bundle, null, Duration.ZERO);
  }

  static String get(String url, ClientTls tls) throws IOException {
    Target target = Target.parse(url).orElseThrow();
    try (CloseableHttpClient client =
        HttpClients.client(
            Duration.ofSeconds(5), Duration.ofSeconds(30), 1, ClientSettings.direct(tls))) {
      return ask(client, target);
    }
  }

  static String ask(CloseableHttpClient client, Target target) throws IOException {
    return client.execute(
        target.httpHost(),
        target.request("GET", "").build(),
        response -> EntityUtils.toString(response.getEntity()));
  }

  /** Answers every connection with {@code seen}. */
  static void answerAll(ServerSocket listening) {
    Thread.startVirtualThread(
        () -> {
          while (!listening.isClosed()) {
            try (Socket socket = listening.accept()) {
              headOf(socket);
              socket
                  .getOutputStream()
                  .write(
                      "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nseen"
                          .getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
              // The handshake failed; the next client may succeed.
            }
          }
        });
  }

  static String headOf(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("closed");
      }
      head.append((char) b);
    }
    return head.toString();
  }
}
