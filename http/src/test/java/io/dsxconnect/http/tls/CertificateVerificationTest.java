package io.dsxconnect.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.http.client.ClientSettings;
import io.dsxconnect.http.client.HttpClients;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.testing.TestCa;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which certificates a client accepts, and how it reports the others. */
class CertificateVerificationTest extends TlsFixture {
  @Test
  void a_server_is_trusted_with_the_authority_that_signed_its_certificate() throws Exception {
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
  void bug_edges_27_the_authority_that_a_server_left_out_was_not_named() throws Exception {
    KeyFiles leaf = files(ca.intermediate("between").issue("leaf", HERE));
    assertThatThrownBy(() -> get(serve(leaf).url() + "/hello", trusting(ca.bundle())))
        .hasMessageContaining("its certificate is not trusted; set DSX_CA_BUNDLE")
        .hasMessageContaining("CN=between, or have the server send the certificate");
    // With the intermediate certificate, the chain ends at a trusted authority.
    Files.write(
        leaf.certificate(),
        Files.readAllBytes(ca.intermediate("between").bundle()),
        StandardOpenOption.APPEND);
    assertThat(get(serve(leaf).url() + "/hello", trusting(ca.bundle()))).isEqualTo("hello");
    assertThatThrownBy(() -> get(serve(leaf).url() + "/hello", trusting(null)))
        .hasMessageContaining("CN=test-ca, or have");
  }

  @ParameterizedTest
  @CsvSource({
    "''           , localhost        , no name at all",
    "DNS:*.com    , example.com      , a wildcard covers nothing",
    "DNS:*.corp   , share.corp       , a wildcard covers nothing",
    "DNS:*.a.corp , x.b.corp         , not for x.b.corp",
    "DNS:*.a.corp , y.x.a.corp       , not for y.x.a.corp",
    "DNS:*.a.corp , x.a.corp         , ''",
    "'DNS:*.corp,DNS:x.corp' , x.corp, ''"
  })
  void bug_security_l2_names_that_are_none_were_believed(String names, String host, String why)
      throws Exception {
    verify(names, host, why);
  }

  /**
   * @param why part of the error message; empty if the certificate is for the host
   */
  private static void verify(String names, String host, String why) throws Exception {
    X509Certificate certificate =
        Pem.certificates(ca.issue("named", names).certificate()).getFirst();
    if (why.isEmpty()) {
      new CertificateNames().verify(host, certificate);
    } else {
      assertThatThrownBy(() -> new CertificateNames().verify(host, certificate))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining(why.replace("a wildcard", "such a wildcard"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DNS:f*.corp         , foo.corp      , a wildcard covers nothing",
    "DNS:f*.a.corp       , foo.a.corp    , a wildcard covers nothing",
    "DNS:*o.a.corp       , foo.a.corp    , a wildcard covers nothing",
    "DNS:*.*.corp        , foo.a.corp    , not for foo.a.corp",
    "DNS:foo.*.corp      , foo.a.corp    , a wildcard covers nothing",
    "'DNS:f*.corp,DNS:foo.corp', foo.corp, ''"
  })
  void bug_a_certificate_with_a_partial_wildcard_was_accepted(String names, String host, String why)
      throws Exception {
    verify(names, host, why);
  }

  @ParameterizedTest
  @CsvSource({
    "'DNS:*.corp,IP:fd00::1', fd00::1                , ''",
    "'DNS:*.corp,IP:fd00::1', fd00:0:0::0:1          , ''",
    "'DNS:*.corp,IP:fd00::1', fd00::2                , not for fd00::2",
    "IP:fd00::1             , fd00:0:0:0:0:0:0:1     , ''",
    "'DNS:*.corp,IP:10.1.2.3', 10.1.2.3              , ''",
    "IP:10.1.2.3            , 10.1.2.4               , not for 10.1.2.4",
    "DNS:10.1.2.3           , 10.1.2.3               , not for 10.1.2.3"
  })
  void bug_an_ipv6_address_was_compared_as_text(String names, String host, String why)
      throws Exception {
    verify(names, host, why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"IP:10.1.2.3", "email:a@corp.example", "URI:https://corp.example/"})
  void a_common_name_never_counts_beside_names_of_another_kind(String names) throws Exception {
    TestCa.Issued issued = ca.issue("corp.example", names);
    X509Certificate certificate = Pem.certificates(issued.certificate()).getFirst();
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=corp.example");
    assertThatThrownBy(() -> new CertificateNames().verify("corp.example", certificate))
        .isInstanceOf(CertificateNames.Mismatch.class)
        .hasMessageContaining("not for corp.example");
  }

  @Test
  void a_certificate_for_other_names_is_refused() throws Exception {
    KeyFiles other = files(ca.issue("other", "DNS:elsewhere.example,IP:10.1.2.3"));
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
    KeyFiles old = files(ca.issue("old", HERE, -1));
    assertThatThrownBy(() -> get(serve(old).url() + "/hello", trusting(ca.bundle())))
        .hasMessageContaining("has expired");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no-ca | basicConstraints=critical,CA:FALSE | is not a CA certificate",
        "unsaid | subjectKeyIdentifier=hash | is not a CA certificate",
        "no-sign | basicConstraints=CA:TRUE\\nkeyUsage=digitalSignature | keyCertSign"
      })
  void bug_an_authority_that_is_no_ca_was_reported_as_a_refused_client_certificate(
      String name, String extensions, String reason) throws Exception {
    TestCa none = new TestCa(temp.resolve(name), extensions.replace("\\n", "\n"));
    KeyFiles signed = files(none.issue("signed", HERE));
    assertThatThrownBy(() -> get(serve(signed).url() + "/hello", trusting(none.bundle())))
        .hasMessageContaining("the authority in DSX_CA_BUNDLE is not a CA certificate")
        .hasMessageContaining("basicConstraints CA:TRUE")
        .hasMessageContaining("CN=test-ca")
        .hasMessageContaining(reason)
        .hasMessageNotContaining("DSX_CLIENT_CERT");
  }

  @Test
  void bug_a_certificate_that_is_not_for_servers_was_reported_as_the_clients() throws Exception {
    KeyFiles client = files(ca.issue("clients", HERE + "\nextendedKeyUsage=clientAuth"));
    assertThatThrownBy(() -> get(serve(client).url() + "/hello", trusting(ca.bundle())))
        .hasMessageContaining("its certificate is not accepted")
        .hasMessageContaining("does not permit use for TLS server")
        .hasMessageNotContaining("DSX_CLIENT_CERT");
    SSLException theirs =
        new SSLHandshakeException(
            "(certificate_unknown) Received fatal alert: certificate_unknown");
    assertThat(TlsFailure.why(theirs, SETTINGS))
        .contains("it does not accept the client certificate", "DSX_CLIENT_CERT");
  }

  @Test
  void without_verification_any_certificate_is_accepted() throws Exception {
    ClientTls unverified = new ClientTls(SETTINGS, false, null, null, Duration.ZERO);
    assertThat(get(serve(files(ca.issue("any", "DNS:x", -1))).url() + "/hello", unverified))
        .isEqualTo("hello");
  }

  @Test
  void http_where_https_was_expected_is_reported() {
    HttpServer plain = HttpServer.start("127.0.0.1", 0, routing -> {});
    open.add(plain);
    assertThatThrownBy(() -> get(plain.url().replace("http:", "https:"), trusting(ca.bundle())))
        .hasMessageContaining("if that port has no TLS");
  }

  /** As the syslog sender does. */
  @Test
  void a_plain_connection_is_upgraded_and_its_peer_verified() throws Exception {
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

  /** Names of Compose services have underscores; the JDK's own check throws on them. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void host_names_with_underscores_work_with_and_without_tls(boolean tls) throws Exception {
    KeyFiles files = files(ca.issue("underscores" + tls, "DNS:dsx_connect_api"));
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
        HttpClients.client(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            new HttpClients.Pool(1, 1),
            ClientSettings.direct(trusting(ca.bundle())),
            here)) {
      assertThat(ask(client, target)).isEqualTo("hello");
    }
  }
}
