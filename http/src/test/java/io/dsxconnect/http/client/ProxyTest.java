package io.dsxconnect.http.client;

import static io.dsxconnect.http.tls.TlsFixture.files;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.tls.KeyFiles;
import io.dsxconnect.http.tls.ServerTls;
import io.dsxconnect.settings.InvalidSettings;
import io.dsxconnect.settings.Settings;
import io.dsxconnect.testing.Ports;
import io.dsxconnect.testing.TestCa;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls through a proxy, with and without a password, with and without TLS. */
class ProxyTest {
  @TempDir static Path temp;
  private static TestCa ca;
  private static KeyFiles files;

  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  static void issue() throws IOException {
    ca = new TestCa(temp.resolve("ca"));
    files = files(ca.issue("server", "DNS:dsxa_scanner"));
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable part : open.reversed()) {
      part.close();
    }
  }

  private TestProxy proxy(String credentials, String refusal) throws IOException {
    TestProxy proxy = new TestProxy(credentials, refusal);
    open.add(proxy);
    return proxy;
  }

  /** The URL of a new server; only the proxy can resolve its name. */
  private String server() {
    HttpServer server =
        HttpServer.start(
            "127.0.0.1",
            0,
            new ServerTls(files, Duration.ZERO),
            routing -> routing.get("/", (req, res) -> res.send("by server")));
    open.add(server);
    return "https://dsxa_scanner:" + server.port();
  }

  private static ClientSettings settings(String proxy) {
    return settings(proxy, "");
  }

  private static ClientSettings settings(String proxy, String noProxy) {
    Map<String, String> environment = new HashMap<>();
    environment.put("DSX_NO_PROXY", noProxy);
    environment.put("DSX_CA_BUNDLE", ca.bundle().toString());
    environment.put("DSX_PROXY_URL", proxy);
    Settings settings = new Settings(environment);
    ClientSettings tls = ClientSettings.from(settings, "DSX_", "the server");
    settings.check();
    return tls;
  }

  private static String get(String url, String proxy) throws IOException {
    Target target = Target.parse(url).orElseThrow();
    try (CloseableHttpClient client =
        HttpClients.client(Duration.ofSeconds(5), Duration.ofSeconds(30), 1, settings(proxy))) {
      // Twice with a pool of one: a failed call must return its connection.
      ask(client, target);
      return ask(client, target);
    }
  }

  private static String ask(CloseableHttpClient client, Target target) throws IOException {
    return client.execute(
        target.httpHost(),
        target.request("GET", "").build(),
        response -> response.getCode() + " " + EntityUtils.toString(response.getEntity()));
  }

  @Test
  void https_is_tunnelled_and_verified_through_a_proxy_without_a_password() throws Exception {
    TestProxy proxy = proxy("", "");
    assertThat(get(server(), "http://" + proxy.address())).isEqualTo("200 by server");
    assertThat(proxy.heads().getFirst()).startsWith("CONNECT dsxa_scanner:");
  }

  @Test
  void https_is_tunnelled_through_a_proxy_with_a_password() throws Exception {
    TestProxy proxy = proxy("us@r:p ss", "");
    assertThat(get(server(), "http://us%40r:p%20ss@" + proxy.address())).isEqualTo("200 by server");
  }

  @Test
  void http_goes_through_a_proxy_with_and_without_a_password() throws Exception {
    TestProxy openProxy = proxy("", "");
    assertThat(get("http://dsxa_scanner:5000", "http://" + openProxy.address()))
        .isEqualTo("200 by proxy");
    assertThat(openProxy.heads().getLast()).startsWith("GET http://dsxa_scanner:5000/");
    TestProxy protectedProxy = proxy("user:pass", "");
    assertThat(get("http://dsxa_scanner:5000", "http://user:pass@" + protectedProxy.address()))
        .isEqualTo("200 by proxy");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://dsxa_scanner:5000", "https://dsxa_scanner:5000"})
  void without_the_password_the_reason_names_the_setting_and_not_the_password(String url)
      throws Exception {
    TestProxy proxy = proxy("user:pass", "");
    for (String prefix : List.of("http://", "http://user:wrong@")) {
      assertThatThrownBy(() -> get(url, prefix + proxy.address()))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("with HTTP 407; set user and password in DSX_PROXY_URL")
          .hasMessageNotContaining("wrong");
    }
  }

  /** From a connector, a 202 would be a file's content, and a 403 the file's fault. */
  @ParameterizedTest
  @ValueSource(strings = {"202 Accepted", "403 Forbidden", "404 Not Found", "502 Bad Gateway"})
  void bug_a_proxys_refusal_was_taken_for_the_servers_answer(String refusal) throws Exception {
    TestProxy proxy = proxy("", refusal);
    try (CloseableHttpClient client =
        HttpClients.client(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            1,
            settings("http://" + proxy.address()))) {
      Target target = Target.parse("https://dsxa_scanner:5000").orElseThrow();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> ask(client, target))
            .isInstanceOf(ConnectException.class)
            .hasMessageContaining("refuses to connect to dsxa_scanner:5000 with HTTP")
            .hasMessageNotContaining("said by the proxy");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://dsxa_scanner:5000", "https://dsxa_scanner:5000"})
  void bug_edges_17_a_proxy_that_is_away_was_not_named(String url) throws Exception {
    String unreachable = "http://user:hidden@127.0.0.1:" + Ports.free();
    assertThatThrownBy(() -> get(url, unreachable))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("the proxy http://127.0.0.1:")
        .hasMessageContaining("in DSX_PROXY_URL does not answer")
        .hasMessageContaining("refused")
        .hasMessageNotContaining("hidden");
    assertThatThrownBy(() -> get(url, "http://no-such-proxy.invalid:3128"))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("the proxy http://no-such-proxy.invalid:3128 in DSX_PROXY_URL");
  }

  @Test
  void bug_edges_17_no_host_could_be_called_beside_the_proxy() throws Exception {
    TestProxy proxy = proxy("", "");
    HttpServer direct =
        HttpServer.start(
            "127.0.0.1", 0, routing -> routing.get("/", (req, res) -> res.send("by server")));
    open.add(direct);
    ClientSettings tls = settings("http://" + proxy.address(), "*.corp,127.0.0.0/8");
    try (CloseableHttpClient client =
        HttpClients.client(Duration.ofSeconds(5), Duration.ofSeconds(30), 1, tls)) {
      assertThat(ask(client, Target.parse(direct.url()).orElseThrow())).isEqualTo("200 by server");
      assertThat(proxy.heads()).isEmpty();
      assertThat(ask(client, Target.parse("http://dsxa_scanner:5000").orElseThrow()))
          .isEqualTo("200 by proxy");
    }
  }

  @Test
  void addresses_that_are_refused_are_not_reached_through_a_proxy_either() throws Exception {
    TestProxy proxy = proxy("", "");
    assertThatThrownBy(() -> get("http://169.254.169.254", "http://" + proxy.address()))
        .isInstanceOf(UnknownHostException.class);
    assertThat(proxy.heads()).isEmpty();
  }

  @Test
  void a_password_in_the_address_never_prints() {
    assertThat(settings("http://user:hidden@proxy:3128").toString()).doesNotContain("hidden");
    for (String wrong :
        List.of("https://user:hidden@proxy:3128", "user:hidden@proxy", "http://a:hidden@b@c")) {
      assertThatThrownBy(() -> settings(wrong))
          .isInstanceOf(InvalidSettings.class)
          .hasMessageContaining("DSX_PROXY_URL: must be http://[user:password@]host:port")
          .hasMessageNotContaining("hidden");
    }
  }
}
