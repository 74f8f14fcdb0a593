package io.dsxconnect.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Test;

/** Servers that request a client certificate, and clients with and without one. */
class ClientCertificateTest extends TlsFixture {
  @Test
  void a_server_that_requests_a_certificate_gets_it() throws Exception {
    KeyFiles own = files(ca.issue("client", "DNS:client"));
    ClientTls withCertificate = new ClientTls(SETTINGS, true, ca.bundle(), own, Duration.ZERO);
    assertThat(get(serverRequesting(true), withCertificate)).isEqualTo("seen");
    assertThat(get(serverRequesting(false), withCertificate)).isEqualTo("seen");
  }

  /** With TLS 1.3 the refusal comes late; a request sent before it fails without a reason. */
  @Test
  void a_missing_client_certificate_is_reported_each_time() throws Exception {
    String url = serverRequesting(true);
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> get(url, trusting(ca.bundle())))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining(
              "it requires a client certificate; set DSX_CLIENT_CERT and its key");
    }
    assertThat(get(serverRequesting(false), trusting(ca.bundle())))
        .as("certificate optional")
        .isEqualTo("seen");
  }

  /** The URL of a server that requests a client certificate. */
  private String serverRequesting(boolean required) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        new javax.net.ssl.KeyManager[] {server.manager(Duration.ZERO)},
        new javax.net.ssl.TrustManager[] {TrustStore.of(ca.bundle())},
        null);
    SSLServerSocket listening =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
    open.add(listening);
    if (required) {
      listening.setNeedClientAuth(true);
    } else {
      listening.setWantClientAuth(true);
    }
    answerAll(listening);
    return "https://127.0.0.1:" + listening.getLocalPort() + "/";
  }
}
