package io.dsxconnect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real sockets, real certificates. */
class TlsTest {
  private static final String HERE = "DNS:localhost,IP:127.0.0.1";
  private static final ClientTls.Help HELP =
      new ClientTls.Help("DSX_CA_BUNDLE", "DSX_CLIENT_CERT", "DSX_PROXY_URL");
  @TempDir static Path temp;
  private static TestCa ca;
  private static KeyFiles server;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final CountDownLatch finish = new CountDownLatch(1);

  @BeforeAll
  static void issue() throws IOException {
    ca = new TestCa(temp.resolve("ca"));
    server = ca.issue("server", HERE);
  }

  @AfterEach
  void close() throws Exception {
    finish.countDown();
    for (AutoCloseable part : open.reversed()) {
      part.close();
    }
  }

  private HttpServer serve(KeyFiles files) {
    HttpServer started =
        HttpServer.start(
            "127.0.0.1",
            0,
            new ServerTls(files, Duration.ZERO),
            routing -> {
              routing.get("/hello", (req, res) -> res.send("hello"));
              routing.get(
                  "/long",
                  (req, res) -> {
                    try (OutputStream out = res.outputStream()) {
                      out.write("begin".getBytes(StandardCharsets.UTF_8));
                      out.flush();
                      finish.await(30, TimeUnit.SECONDS);
                      out.write("end".getBytes(StandardCharsets.UTF_8));
                    }
                  });
            });
    open.add(started);
    return started;
  }

  private static ClientTls trusting(@Nullable Path bundle) {
    return new ClientTls(HELP, true, bundle, null, null, Duration.ZERO);
  }

  private static String get(String url, ClientTls tls) throws IOException {
    Target target = Target.parse(url).orElseThrow();
    try (CloseableHttpClient client =
        Outbound.client(Duration.ofSeconds(5), Duration.ofSeconds(30), 1, tls)) {
      return ask(client, target);
    }
  }

  private static String ask(CloseableHttpClient client, Target target) throws IOException {
    return client.execute(
        target.httpHost(),
        target.request("GET", "").build(),
        response -> EntityUtils.toString(response.getEntity()));
  }

  @Test
  void a_server_is_believed_with_the_authority_that_signed_it() throws Exception {
    HttpServer started = serve(server);
    assertThat(started.url()).startsWith("https://127.0.0.1:");
    assertThat(get(started.url() + "/hello", trusting(ca.bundle()))).isEqualTo("hello");
  }

  @Test
  void without_the_authority_the_reason_names_the_setting() {
    assertThatThrownBy(() -> get(serve(server).url() + "/hello", trusting(null)))
        .hasMessageContaining("its certificate is not trusted; set DSX_CA_BUNDLE");
  }

  @Test
  void a_certificate_for_other_names_is_refused() throws Exception {
    KeyFiles other = ca.issue("other", "DNS:elsewhere.example,IP:10.1.2.3");
    assertThatThrownBy(
            () ->
                get(
                    serve(other).url().replace("127.0.0.1", "localhost") + "/hello",
                    trusting(ca.bundle())))
        .hasMessageContaining(
            "its certificate is for elsewhere.example, 10.1.2.3; not for localhost");
  }

  @Test
  void a_certificate_that_has_expired_is_refused() throws Exception {
    KeyFiles old = ca.issue("old", HERE, -1);
    assertThatThrownBy(() -> get(serve(old).url() + "/hello", trusting(ca.bundle())))
        .hasMessageContaining("has expired");
  }

  @Test
  void whoever_does_not_verify_believes_anybody() throws Exception {
    ClientTls anybody = new ClientTls(HELP, false, null, null, null, Duration.ZERO);
    assertThat(get(serve(ca.issue("any", "DNS:x", -1)).url() + "/hello", anybody))
        .isEqualTo("hello");
  }

  @Test
  void http_where_https_was_expected_says_so() {
    HttpServer plain = HttpServer.start("127.0.0.1", 0, routing -> {});
    open.add(plain);
    assertThatThrownBy(() -> get(plain.url().replace("http:", "https:"), trusting(ca.bundle())))
        .hasMessageContaining("if it does not speak TLS there");
  }

  @Test
  void tls_1_1_is_refused() throws Exception {
    // The JDK would not even ask for it, so these bytes do.
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
  void a_new_certificate_is_used_by_new_connections_and_old_ones_live_on() throws Exception {
    KeyFiles first = ca.issue("first", HERE);
    HttpServer started = serve(first);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> running =
          threads.submit(() -> get(started.url() + "/long", trusting(ca.bundle())));
      TestCa another = new TestCa(temp.resolve("another"));
      KeyFiles second = another.issue("second", HERE);
      Files.move(second.key(), first.key(), StandardCopyOption.REPLACE_EXISTING);
      Files.move(second.certificate(), first.certificate(), StandardCopyOption.REPLACE_EXISTING);
      await()
          .untilAsserted(
              () ->
                  assertThat(get(started.url() + "/hello", trusting(another.bundle())))
                      .isEqualTo("hello"));
      assertThatThrownBy(() -> get(started.url() + "/hello", trusting(ca.bundle())))
          .hasMessageContaining("not trusted");
      finish.countDown();
      assertThat(running.get(30, TimeUnit.SECONDS)).isEqualTo("beginend");
    }
  }

  @Test
  void a_broken_replacement_leaves_the_old_one_in_use() throws Exception {
    KeyFiles files = ca.issue("kept", HERE);
    HttpServer started = serve(files);
    assertThat(get(started.url() + "/hello", trusting(ca.bundle()))).isEqualTo("hello");
    Files.writeString(files.certificate(), "nonsense");
    assertThat(get(started.url() + "/hello", trusting(ca.bundle()))).isEqualTo("hello");
  }

  @Test
  void a_new_authority_in_the_bundle_is_believed_without_a_restart() throws Exception {
    HttpServer started = serve(server);
    Path bundle = Files.copy(new TestCa(temp.resolve("wrong")).bundle(), temp.resolve("b.crt"));
    Target target = Target.parse(started.url() + "/hello").orElseThrow();
    try (CloseableHttpClient client =
        Outbound.client(Duration.ofSeconds(5), Duration.ofSeconds(30), 1, trusting(bundle))) {
      assertThatThrownBy(() -> ask(client, target)).hasMessageContaining("not trusted");
      Files.copy(ca.bundle(), bundle, StandardCopyOption.REPLACE_EXISTING);
      assertThat(ask(client, target)).isEqualTo("hello");
    }
  }

  /** A resumed session is not verified again. */
  @Test
  void bug_a_session_outlived_the_authority_that_vouched_for_it() throws Exception {
    Target target = Target.parse(serve(server).url() + "/hello").orElseThrow();
    Path bundle = Files.copy(ca.bundle(), temp.resolve("revoked.crt"));
    TlsClient client = trusting(bundle).client();
    assertThat(over(client, target)).isEqualTo("hello");
    assertThat(over(client, target)).isEqualTo("hello");
    Files.copy(
        new TestCa(temp.resolve("successor")).bundle(),
        bundle,
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> over(client, target))
        .isInstanceOf(TlsFailure.class)
        .hasMessageContaining("not trusted");
  }

  private static String over(TlsClient client, Target target) throws IOException {
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), target.port());
        Socket socket = client.over(plain, target.host(), target.port(), Duration.ofSeconds(30))) {
      socket
          .getOutputStream()
          .write(
              ("GET " + target.path() + " HTTP/1.1\r\nHost: x\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      headOf(socket);
      return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void a_server_that_wants_a_certificate_gets_it() throws Exception {
    KeyFiles own = ca.issue("client", "DNS:client");
    ClientTls showing = new ClientTls(HELP, true, ca.bundle(), own, null, Duration.ZERO);
    assertThat(get(asking(true), showing)).isEqualTo("seen");
    assertThat(get(asking(false), showing)).isEqualTo("seen");
  }

  /** With TLS 1.3 the refusal comes late, and a request that is faster breaks for no reason. */
  @Test
  void a_server_that_wants_a_certificate_and_gets_none_is_the_reason_each_time() throws Exception {
    String url = asking(true);
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> get(url, trusting(ca.bundle())))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("it wants a certificate; set DSX_CLIENT_CERT");
    }
    assertThat(get(asking(false), trusting(ca.bundle()))).as("it does without").isEqualTo("seen");
  }

  /** A server that asks for a certificate, and may do without. */
  private String asking(boolean need) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new javax.net.ssl.KeyManager[] {server.manager(Duration.ZERO)},
        new javax.net.ssl.TrustManager[] {Trust.of(ca.bundle())},
        null);
    SSLServerSocket listening =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
    open.add(listening);
    if (need) {
      listening.setNeedClientAuth(true);
    } else {
      listening.setWantClientAuth(true);
    }
    answerAll(listening);
    return "https://127.0.0.1:" + listening.getLocalPort() + "/";
  }

  /** What the syslog sender does. */
  @Test
  void a_plain_connection_becomes_a_tls_one_whose_other_end_is_known() throws Exception {
    SSLContext context = new ServerTls(server, Duration.ZERO).context();
    ServerSocket listening =
        context.getServerSocketFactory().createServerSocket(0, 5, InetAddress.getLoopbackAddress());
    open.add(listening);
    answerAll(listening);
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), listening.getLocalPort());
    try (Socket socket =
        trusting(ca.bundle())
            .client()
            .over(plain, "localhost", listening.getLocalPort(), Duration.ofSeconds(30))) {
      socket.getOutputStream().write("x\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
          .endsWith("seen");
    }
    Socket other = new Socket(InetAddress.getLoopbackAddress(), listening.getLocalPort());
    assertThatThrownBy(
            () ->
                trusting(ca.bundle())
                    .client()
                    .over(
                        other,
                        "elsewhere.example",
                        listening.getLocalPort(),
                        Duration.ofSeconds(30)))
        .isInstanceOf(TlsFailure.class)
        .hasMessageContaining("not for elsewhere.example");
    assertThat(other.isClosed()).isTrue();
  }

  /** Answers every connection with {@code seen}. */
  private static void answerAll(ServerSocket listening) {
    Thread.startVirtualThread(
        () -> {
          while (!listening.isClosed()) {
            try (Socket socket = listening.accept()) {
              headOf(socket);
              answer(socket, "200 OK", "seen", "");
            } catch (IOException e) {
              // A client that was refused; the next may be welcome.
            }
          }
        });
  }

  private static String headOf(Socket socket) throws IOException {
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

  private static void answer(Socket socket, String status, String body, String header)
      throws IOException {
    socket
        .getOutputStream()
        .write(
            ("HTTP/1.1 "
                    + status
                    + "\r\n"
                    + header
                    + "Content-Length: "
                    + body.length()
                    + "\r\nConnection: close\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** Compose services are named so; the JDK's own check of names throws on them. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void host_names_with_underscores_work_with_and_without_tls(boolean tls) throws Exception {
    KeyFiles files = ca.issue("underscores" + tls, "DNS:dsx_connect_api");
    HttpServer started =
        tls
            ? serve(files)
            : HttpServer.start(
                "127.0.0.1", 0, routing -> routing.get("/hello", (req, res) -> res.send("hello")));
    open.add(started);
    Target target =
        Target.parse((tls ? "https" : "http") + "://dsx_connect_api:" + started.port() + "/hello")
            .orElseThrow();
    DnsResolver here =
        new DnsResolver() {
          @Override
          public InetAddress[] resolve(String host) throws UnknownHostException {
            assertThat(host).isEqualTo("dsx_connect_api");
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
          }

          @Override
          public String resolveCanonicalHostname(String host) {
            return host;
          }
        };
    try (CloseableHttpClient client =
        Outbound.client(
            Duration.ofSeconds(5), Duration.ofSeconds(30), 1, trusting(ca.bundle()), here)) {
      assertThat(ask(client, target)).isEqualTo("hello");
    }
  }

  @Test
  void keys_in_every_usual_form_are_read() throws Exception {
    ca.openssl("rsa -in server.key -traditional -out pkcs1.key");
    ca.openssl("ecparam -genkey -name prime256v1 -out sec1.key");
    ca.openssl("genpkey -algorithm ed25519 -out ed.key");
    Path folder = ca.bundle().resolveSibling("");
    assertThat(Pem.key(folder.resolve("pkcs1.key"))).isEqualTo(Pem.key(server.key()));
    assertThat(Pem.key(folder.resolve("sec1.key")).getAlgorithm()).isEqualTo("EC");
    assertThat(Pem.key(folder.resolve("ed.key")).getAlgorithm()).isEqualTo("EdDSA");
    ca.openssl("pkey -in server.key -aes256 -passout pass:x -out locked.key");
    assertThatThrownBy(() -> Pem.key(folder.resolve("locked.key")))
        .hasMessageContaining("is encrypted; decrypt it");
  }

  @Test
  void files_that_cannot_be_used_are_one_line_that_names_them() throws Exception {
    Path nothing = Files.writeString(temp.resolve("nothing.pem"), "no pem");
    KeyFiles strange = ca.issue("strange", HERE);
    assertThatThrownBy(() -> serve(new KeyFiles(temp.resolve("none.crt"), server.key())))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("none.crt does not exist");
    assertThatThrownBy(() -> serve(new KeyFiles(nothing, server.key())))
        .hasMessageContaining("nothing.pem holds no PEM certificate");
    assertThatThrownBy(() -> serve(new KeyFiles(server.certificate(), nothing)))
        .hasMessageContaining("nothing.pem holds no PEM private key");
    assertThatThrownBy(() -> serve(new KeyFiles(server.certificate(), strange.key())))
        .hasMessageContaining("is not the key of the first certificate");
    assertThatThrownBy(() -> serve(new KeyFiles(server.certificate(), temp)))
        .hasMessageContaining(temp + " is not a file");
    assertThatThrownBy(() -> trusting(nothing).client())
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("nothing.pem holds no PEM certificate")
        .hasMessageContaining("DSX_CA_BUNDLE");
  }
}
