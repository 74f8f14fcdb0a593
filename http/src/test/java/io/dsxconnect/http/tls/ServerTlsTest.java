package io.dsxconnect.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.http.client.ClientSettings;
import io.dsxconnect.http.client.HttpClients;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.Limits;
import io.dsxconnect.testing.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server's certificate files, and clients and servers that do not complete the handshake. */
class ServerTlsTest extends TlsFixture {
  private static final Logger WATCHED = Logger.getLogger(ReloadingFile.class.getName());

  private static int status(HttpServer server, Path bundle) throws IOException {
    Target target = Target.parse(server.url()).orElseThrow();
    ClientTls tls = ClientTls.of(ClientTls.DEFAULT.names(), true, bundle);
    try (CloseableHttpClient client =
        HttpClients.client(
            Duration.ofSeconds(5), Duration.ofSeconds(30), 1, ClientSettings.direct(tls))) {
      return client.execute(
          target.httpHost(), target.request("GET", "").build(), response -> response.getCode());
    }
  }

  @Test
  void bug_l22_a_browser_was_not_held_to_https() throws Exception {
    HttpServer server = serve(files(ca.issue("hsts", HERE)));
    assertThat(hsts(server, "core.example.com")).isEqualTo("max-age=31536000");
    // Would force https on every other port of the operator's own machine.
    assertThat(hsts(server, "localhost:" + server.port())).isEmpty();
  }

  private static String hsts(HttpServer server, String host) throws IOException {
    Target target = Target.parse(server.url()).orElseThrow();
    ClientTls tls = ClientTls.of(ClientTls.DEFAULT.names(), true, ca.bundle());
    try (CloseableHttpClient client =
        HttpClients.client(
            Duration.ofSeconds(5), Duration.ofSeconds(30), 1, ClientSettings.direct(tls))) {
      return client.execute(
          target.httpHost(),
          target.request("GET", "").setHeader("Host", host).build(),
          response ->
              response.getFirstHeader("Strict-Transport-Security") == null
                  ? ""
                  : response.getFirstHeader("Strict-Transport-Security").getValue());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "pkcs1, genrsa -traditional -out @.key 2048",
    "sec1, ecparam -name prime256v1 -genkey -noout -out @.key",
    "sec1p384, ecparam -name secp384r1 -genkey -out @.key",
    "ed25519, genpkey -algorithm ed25519 -out @.key"
  })
  void keys_in_every_usual_form_serve(String name, String command) throws Exception {
    ca.openssl(command.replace("@", name));
    assertThat(status(serve(files(ca.sign(name, HERE, 2))), ca.bundle())).isEqualTo(404);
  }

  @Test
  void bug_a_replacement_of_the_same_size_and_time_was_not_seen() throws Exception {
    KeyFiles first = files(ca.issue("first", HERE));
    TestCa another = new TestCa(temp.resolve("another"));
    KeyFiles second = files(another.issue("second", HERE));
    pad(first.certificate());
    pad(first.key());
    HttpServer server = serve(first);
    assertThat(status(server, ca.bundle())).isEqualTo(404);
    replace(first.certificate(), second.certificate());
    replace(first.key(), second.key());
    assertThat(status(server, another.bundle())).isEqualTo(404);
  }

  private static void pad(Path file) throws IOException {
    String content = Files.readString(file);
    Files.writeString(file, content + "\n".repeat(4096 - content.length()));
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
  }

  private static void replace(Path file, Path by) throws IOException {
    pad(by);
    Files.write(file, Files.readAllBytes(by));
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
  }

  @Test
  void an_unusable_replacement_is_logged_once_in_one_line() throws Exception {
    KeyFiles files = files(ca.issue("broken", HERE));
    HttpServer server = serve(files);
    List<String> messages = new CopyOnWriteArrayList<>();
    Handler listener =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue()) {
              messages.add(String.valueOf(line.getMessage()));
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    WATCHED.addHandler(listener);
    try {
      Files.delete(files.key());
      for (int i = 0; i < 3; i++) {
        assertThat(status(server, ca.bundle())).isEqualTo(404);
      }
    } finally {
      WATCHED.removeHandler(listener);
    }
    assertThat(messages)
        .singleElement()
        .asString()
        .contains(files.key() + " does not exist; the former content stays in use")
        .doesNotContain("\n");
  }

  /** A silent client would hold one of the connections that other clients need. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_client_that_sends_nothing_is_disconnected(boolean tls) throws Exception {
    Limits limits = new Limits(Duration.ofMillis(500), Duration.ofSeconds(30), 8, 8, 1 << 20);
    HttpServer server =
        HttpServer.start(
            "127.0.0.1",
            0,
            tls ? new ServerTls(files(ca.issue("silent", HERE)), Duration.ZERO) : null,
            limits,
            routing -> {});
    open.add(server);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void tls_1_1_is_refused() throws Exception {
    // The JDK does not offer TLS 1.1, so these bytes do.
    byte[] hello =
        HexFormat.of()
            .parseHex(
                // Record, handshake, version 3.2, random, no session, two suites, no compression.
                "160302002f"
                    + "0100002b"
                    + "0302"
                    + "5a".repeat(32)
                    + "00"
                    + "0004c013002f"
                    + "0100");
    Target at = Target.parse(serve(server).url()).orElseThrow();
    try (Socket socket = new Socket(at.host(), at.port())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(hello);
      byte[] alert = socket.getInputStream().readNBytes(7);
      assertThat(alert[0]).as("an alert").isEqualTo((byte) 21);
      assertThat(alert[6]).as("protocol_version").isEqualTo((byte) 70);
    }
  }

  @Test
  void a_server_that_never_answers_the_handshake_is_reported() throws Exception {
    TlsClient client = ClientTls.DEFAULT.client();
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Socket plain = new Socket(silent.getInetAddress(), silent.getLocalPort())) {
      assertThatThrownBy(
              () -> client.over(plain, "localhost", silent.getLocalPort(), Duration.ofMillis(200)))
          .isInstanceOf(TlsFailure.class)
          .hasMessageContaining("it does not answer the handshake");
    }
  }
}
