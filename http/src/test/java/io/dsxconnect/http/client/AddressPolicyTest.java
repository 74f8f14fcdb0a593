package io.dsxconnect.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.http.server.HttpServer;
import io.helidon.http.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** To which addresses a connection is made, and that none is made to any other. */
class AddressPolicyTest {
  private final AtomicInteger arrived = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void listen() {
    server =
        HttpServer.start(
            "127.0.0.1",
            0,
            routing ->
                routing
                    .get("/moved", (req, res) -> redirect(res, req.query().get("to")))
                    .any(
                        (req, res) -> {
                          arrived.incrementAndGet();
                          res.send("here");
                        }));
  }

  private static void redirect(io.helidon.webserver.http.ServerResponse res, String to) {
    res.status(Status.FOUND_302).header("Location", to).send();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int get(String url, DnsResolver names) throws IOException {
    Target target = Target.parse(url).orElseThrow();
    return get(target, "", names);
  }

  private int get(Target target, String query, DnsResolver names) throws IOException {
    try (CloseableHttpClient client =
        HttpClients.client(
            Duration.ofMillis(500),
            Duration.ofSeconds(10),
            new HttpClients.Pool(2, 2),
            ClientSettings.DEFAULT,
            names)) {
      return client.execute(
          target.httpHost(), target.request("GET", query).build(), response -> response.getCode());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // link-local and metadata services
        "http://169.254.169.254",
        "http://[fe80::1]",
        "http://[febf::1]",
        "http://100.100.100.200",
        "http://168.63.129.16",
        "http://192.0.0.192",
        "http://[fd00:ec2::254]",
        "http://[fd00:ec2::23]",
        "http://[fd20:ce::254]",
        "http://[fd00:c1::a9fe:a9fe]",
        "http://[fd00:42::42]",
        // unspecified, multicast, reserved, broadcast
        "http://0.0.0.0",
        "http://0.1.2.3",
        "http://[::]",
        "http://224.0.0.1",
        "http://[ff02::1]",
        "http://240.0.0.1",
        "http://255.255.255.255",
        // 169.254.169.254 inside of IPv6: mapped, compatible, translated, NAT64, 6to4
        "http://[::ffff:169.254.169.254]",
        "http://[::ffff:a9fe:a9fe]",
        "http://[::169.254.169.254]",
        "http://[::ffff:0:169.254.169.254]",
        "http://[64:ff9b::169.254.169.254]",
        "http://[64:ff9b:1::169.254.169.254]",
        "http://[64:ff9b:1:a9fe:a9:fe00::]",
        "http://[2002:a9fe:a9fe::1]",
        "http://[64:ff9b::100.100.100.200]",
        // 169.254.169.254 as one number, octal, hexadecimal, short
        "http://2852039166",
        "http://0251.0376.0251.0376",
        "http://0xa9.0xfe.0xa9.0xfe",
        "http://0xa9fea9fe",
        "http://025177524776",
        "http://169.254.43518",
        "http://169.254.169.254.",
        "http://0",
        "http://0x0"
      })
  void is_refused_before_and_at_the_connection(String url) {
    String host = Target.parse(url).orElseThrow().host();
    assertThat(AddressPolicy.refuses(host)).as("refused as it is written").isTrue();
    assertThatThrownBy(() -> get(url + ":" + server.port(), new AddressPolicy()))
        .isInstanceOf(UnknownHostException.class);
    assertThat(arrived).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.0.0.2",
        "::1",
        "10.0.0.1",
        "100.64.0.1",
        "172.17.0.1",
        "192.168.1.1",
        "192.0.2.1",
        "223.255.255.255",
        "fd00::1",
        "fd00:ec2:1::254",
        "fec0::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "64:ff9b::10.0.0.1",
        "2002:a00:1::1",
        "dsxa_scanner",
        "0xcafe.example.com",
        "localhost"
      })
  void is_where_connectors_and_scanners_are(String host) {
    assertThat(AddressPolicy.refuses(host)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://[fd00:ec2::254%1]",
        "http://[fe80::1%lo]",
        "http://[fe80::1%25lo]:80/x",
        "http://[::1%1]",
        "http://[1.2.3.4]",
        "http://[::1::]",
        "http://[:]",
        "http://user@127.0.0.1",
        "http://127.0.0.1/?x",
        "http://127.0.0.1/#x",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379"
      })
  void bug_an_ipv6_zone_id_hid_the_address_of_a_metadata_service(String url) {
    assertThat(Target.parse(url)).isEmpty();
  }

  @Test
  void bug_a_zone_id_hid_an_address_that_a_name_resolves_to() throws Exception {
    InetAddress zoned = InetAddress.getByAddress("x", ipv6("fd00:ec2::254"));
    InetAddress scoped = java.net.Inet6Address.getByAddress("x", ipv6("fd00:ec2::254"), 1);
    assertThat(AddressPolicy.allows(zoned)).isFalse();
    assertThat(AddressPolicy.allows(scoped)).isFalse();
  }

  private static byte[] ipv6(String literal) {
    return InetAddress.ofLiteral(literal).getAddress();
  }

  @Test
  void no_connection_follows_a_redirect() throws Exception {
    Target moved = Target.parse(server.url() + "/moved").orElseThrow();
    for (String to : new String[] {server.url() + "/x", "http://0.0.0.0:" + server.port()}) {
      assertThat(get(moved, "to=" + to, new AddressPolicy())).isEqualTo(302);
    }
    assertThat(arrived).hasValue(0);
  }

  /** The address that is judged is the one that is connected to: each name is resolved once. */
  @Test
  void no_connection_arrives_after_a_name_is_rebound() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    DnsResolver rebound =
        new DnsResolver() {
          @Override
          public InetAddress[] resolve(String host) {
            String now = asked.getAndIncrement() == 0 ? "127.0.0.1" : "0.0.0.0";
            return new InetAddress[] {InetAddress.ofLiteral(now)};
          }

          @Override
          public String resolveCanonicalHostname(String host) {
            return host;
          }
        };
    AddressPolicy policy = new AddressPolicy(rebound);
    String url = "http://connector:" + server.port();
    assertThat(get(url, policy)).isEqualTo(200);
    assertThat(asked).hasValue(1);
    assertThatThrownBy(() -> get(url, policy)).isInstanceOf(RefusedAddress.class);
    assertThat(asked).hasValue(2);
    assertThat(arrived).hasValue(1);
  }
}
