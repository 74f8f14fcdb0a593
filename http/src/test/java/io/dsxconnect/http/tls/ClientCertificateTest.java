package io.dsxconnect.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Test;

/** A server that asks for a certificate, and a client that has one or not. */
class ClientCertificateTest extends TlsFixture {
  @Test
  void a_server_that_wants_a_certificate_gets_it() throws Exception {
    KeyFiles own = ca.issue("client", "DNS:client");
    ClientTls showing = new ClientTls(HELP, true, ca.bundle(), own, Duration.ZERO);
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
        new javax.net.ssl.TrustManager[] {TrustStore.of(ca.bundle())},
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
}
