package io.dsxconnect.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.http.server.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A name with several addresses, such as an alias of several containers. */
class SeveralAddressesTest {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final List<AutoCloseable> open = new ArrayList<>();
  private int port;

  /** Finds a port that is free at both addresses. */
  @BeforeEach
  void choosePort() throws IOException {
    while (port == 0) {
      try (ServerSocket one = new ServerSocket();
          ServerSocket other = new ServerSocket()) {
        one.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        other.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), one.getLocalPort()));
        port = one.getLocalPort();
      } catch (java.net.BindException e) {
        // In use at the second address: try another port.
      }
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable part : open.reversed()) {
      part.close();
    }
  }

  /** A server that answers with its address. */
  private void serve(String address) {
    open.add(
        HttpServer.start(
            address, port, routing -> routing.get("/", (req, res) -> res.send(address))));
  }

  /** Always the same addresses in the same order, like the JDK's cache of names. */
  private record Fixed(List<String> addresses) implements DnsResolver {
    Fixed(String... addresses) {
      this(List.of(addresses));
    }

    @Override
    public InetAddress[] resolve(String host) {
      return addresses.stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  /** The addresses of the servers that answer, with a new connection per request. */
  private List<String> answers(int requests, DnsResolver names) throws IOException {
    Target alias = Target.parse("http://dsxa_scanner:" + port + "/").orElseThrow();
    List<String> answers = new ArrayList<>();
    try (CloseableHttpClient client =
        HttpClients.client(
            CONNECT,
            Duration.ofSeconds(30),
            new HttpClients.Pool(4, 4),
            ClientSettings.DEFAULT,
            names)) {
      for (int i = 0; i < requests; i++) {
        answers.add(
            client.execute(
                alias.httpHost(),
                alias.request("GET", "").addHeader("Connection", "close").build(),
                response -> EntityUtils.toString(response.getEntity())));
      }
    }
    return answers;
  }

  @Test
  void bug_of_several_addresses_the_first_had_every_connection() throws Exception {
    serve("127.0.0.1");
    serve("127.0.0.2");
    assertThat(answers(6, new Fixed("127.0.0.1", "127.0.0.2")))
        .containsExactly(
            "127.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.2");
  }

  @Test
  void an_address_where_nobody_answers_costs_no_request() throws Exception {
    serve("127.0.0.2");
    assertThat(answers(6, new Fixed("127.0.0.1", "127.0.0.2")))
        .hasSize(6)
        .containsOnly("127.0.0.2");
  }

  @Test
  void bug_a_host_was_away_when_its_first_address_was() {
    Target alias = Target.parse("http://dsxa_scanner:" + port).orElseThrow();
    DnsResolver both = new Fixed("127.0.0.1", "127.0.0.2");
    assertThat(HttpClients.accepts(alias, CONNECT, both)).isFalse();
    serve("127.0.0.2");
    assertThat(HttpClients.accepts(alias, CONNECT, both)).isTrue();
    assertThat(HttpClients.accepts(alias, CONNECT, new Fixed())).isFalse();
  }

  private static List<String> order(DnsResolver names) throws UnknownHostException {
    return Stream.of(names.resolve("host")).map(InetAddress::getHostAddress).toList();
  }

  @Test
  void addresses_rotate_per_family_whatever_order_the_name_server_returns() throws Exception {
    List<Fixed> given =
        new ArrayList<>(
            List.of(
                new Fixed("10.0.0.1", "10.0.0.2", "10.0.0.3", "fd00::1", "fd00::2"),
                new Fixed("10.0.0.3", "10.0.0.1", "10.0.0.2", "fd00::2", "fd00::1"),
                new Fixed("10.0.0.2", "10.0.0.3", "10.0.0.1", "fd00::1", "fd00::2"),
                new Fixed("10.0.0.3", "10.0.0.1", "10.0.0.2", "fd00::2", "fd00::1")));
    DnsResolver shuffled =
        new DnsResolver() {
          @Override
          public InetAddress[] resolve(String host) {
            return given.removeFirst().resolve(host);
          }

          @Override
          public String resolveCanonicalHostname(String host) {
            return host;
          }
        };
    RoundRobinResolver resolver = new RoundRobinResolver(shuffled);
    String one = "fd00:0:0:0:0:0:0:1";
    String two = "fd00:0:0:0:0:0:0:2";
    assertThat(order(resolver)).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3", one, two);
    assertThat(order(resolver)).containsExactly("10.0.0.2", "10.0.0.3", "10.0.0.1", two, one);
    assertThat(order(resolver)).containsExactly("10.0.0.3", "10.0.0.1", "10.0.0.2", one, two);
    assertThat(order(resolver)).containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3", two, one);
  }
}
