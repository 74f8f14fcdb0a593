package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No website can use a browser on the connector's network to call the connector. */
class ConnectorGateTest extends ConnectorFixture {
  final InMemoryRepository repository = InMemoryRepository.of(3);

  @BeforeEach
  void allow() {
    env.put("DSXCONNECTOR_ALLOWED_ACTIONS", "delete");
  }

  /** Sends headers that HTTP clients do not allow to set; returns the status. */
  static int call(Connector connector, String method, String path, String headers, String body)
      throws IOException {
    URI url = URI.create(connector.healthUrl().replace("/healthz", ""));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort())) {
      socket.setSoTimeout(20_000);
      String request =
          method
              + " "
              + url.getPath()
              + path
              + " HTTP/1.1\r\n"
              + headers.replace("\n", "\r\n")
              + "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
      return Integer.parseInt(answer.substring(9));
    }
  }

  static String delete() {
    return Json.text(
        Map.of(
            "location", "/f00001", "metainfo", "f", "requested_action", Map.of("type", "delete")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example",
        "Host: 127.0.0.1\nOrigin: http://evil.example",
        "Host: 127.0.0.1\nSec-Fetch-Site: cross-site",
      })
  void bug_a_stranger_changes_nothing_through_a_browser(String headers) throws Exception {
    Connector connector = start(repository);
    assertThat(call(connector, "PUT", "/item_action", headers, delete())).isEqualTo(403);
    assertThat(call(connector, "POST", "/full_scan?job_id=j", headers, "")).isEqualTo(403);
    assertThat(call(connector, "PUT", "/config", headers, "{\"filter\":\"*.txt\"}")).isEqualTo(403);
    assertThat(call(connector, "GET", "/healthz", headers, "")).isEqualTo(200);
    assertThat(repository.files).hasSize(3);
    assertThat(ends("j")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:8590",
        "[::1]:8590",
        "filesystem_connector",
        "Connector.Example.com:8590"
      })
  void the_core_reaches_it_by_address_by_service_name_and_by_its_advertised_name(String host)
      throws Exception {
    env.put("DSXCONNECTOR_CONNECTOR_URL", "http://connector.example.com:8590");
    Connector connector = start(repository);
    assertThat(callAt(connector, host)).isEqualTo(200);
    assertThat(repository.files).hasSize(2);
  }

  @Test
  void bug_a_connector_acted_on_what_was_meant_for_another_at_its_address() throws Exception {
    Connector connector = start(repository);
    String here = "Host: 127.0.0.1\nX-Connector-UUID: ";
    assertThat(call(connector, "PUT", "/item_action", here + "other", delete())).isEqualTo(421);
    assertThat(call(connector, "POST", "/full_scan?job_id=j", here + "other", "")).isEqualTo(421);
    assertThat(repository.files).hasSize(3);
    assertThat(call(connector, "PUT", "/item_action", here + connector.uuid(), delete()))
        .isEqualTo(200);
    assertThat(repository.files).hasSize(2);
  }

  @Test
  void bug_m3_a_rebound_name_read_and_started_a_walk_of_the_repository() throws Exception {
    Connector connector = start(repository);
    String evil = "Host: evil.example";
    for (String path : List.of("/", "/config", "/repo_check?preview=9", "/openapi.json")) {
      assertThat(call(connector, "GET", path, evil, "")).as(path).isEqualTo(403);
      assertThat(call(connector, "GET", path, "Host: 127.0.0.1", "")).as(path).isEqualTo(200);
    }
    String foreign = "Host: 127.0.0.1\nSec-Fetch-Site: ";
    for (String path : List.of("/repo_check", "/estimate")) {
      assertThat(call(connector, "GET", path, foreign + "same-site", "")).as(path).isEqualTo(403);
      assertThat(call(connector, "GET", path, foreign + "none", "")).as(path).isEqualTo(200);
    }
    assertThat(call(connector, "GET", "/readyz", evil, "")).isNotEqualTo(403);
  }

  private static int callAt(Connector connector, String host) throws IOException {
    return call(connector, "PUT", "/item_action", "Host: " + host, delete());
  }
}
