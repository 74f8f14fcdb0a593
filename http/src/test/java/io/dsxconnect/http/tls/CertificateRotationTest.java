package io.dsxconnect.http.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.http.client.ClientSettings;
import io.dsxconnect.http.client.HttpClients;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.testing.TestCa;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Replaced certificates and authorities are used without a restart. */
class CertificateRotationTest extends TlsFixture {
  private final CountDownLatch responseStarted = new CountDownLatch(1);
  private final CountDownLatch finish = new CountDownLatch(1);

  @AfterEach
  void finish() {
    finish.countDown();
  }

  private void untilFinished(HttpRouting.Builder routing) {
    routing.get(
        "/long",
        (req, res) -> {
          try (OutputStream out = res.outputStream()) {
            out.write("begin".getBytes(StandardCharsets.UTF_8));
            out.flush();
            responseStarted.countDown();
            finish.await(30, TimeUnit.SECONDS);
            out.write("end".getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  @Test
  void a_new_certificate_is_used_by_new_connections_and_old_ones_live_on() throws Exception {
    KeyFiles first = files(ca.issue("first", HERE));
    HttpServer started = serve(first, this::untilFinished);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<String> running =
          threads.submit(() -> get(started.url() + "/long", trusting(ca.bundle())));
      assertThat(responseStarted.await(30, TimeUnit.SECONDS)).isTrue();
      TestCa another = new TestCa(temp.resolve("another"));
      KeyFiles second = files(another.issue("second", HERE));
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
    KeyFiles files = files(ca.issue("kept", HERE));
    HttpServer started = serve(files);
    assertThat(get(started.url() + "/hello", trusting(ca.bundle()))).isEqualTo("hello");
    Files.writeString(files.certificate(), "nonsense");
    assertThat(get(started.url() + "/hello", trusting(ca.bundle()))).isEqualTo("hello");
  }

  @Test
  void a_new_authority_in_the_bundle_is_trusted_without_a_restart() throws Exception {
    HttpServer started = serve(server);
    Path bundle = Files.copy(new TestCa(temp.resolve("wrong")).bundle(), temp.resolve("b.crt"));
    Target target = Target.parse(started.url() + "/hello").orElseThrow();
    try (CloseableHttpClient client =
        HttpClients.client(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            1,
            ClientSettings.direct(trusting(bundle)))) {
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
}
