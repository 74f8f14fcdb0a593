package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.settings.InvalidSettings;
import io.dsxconnect.settings.Settings;
import io.dsxconnect.testing.Http;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What callers may make a connector do that its operator did not configure. */
class PermissionsTest extends ConnectorFixture {
  @ParameterizedTest
  @CsvSource({
    "false, 127.0.0.1, true",
    "false, ::1, true",
    "false, 172.17.0.3, false",
    "false, 192.168.1.7, false",
    "false, , false",
    "true, 172.17.0.3, true",
    "true, , true"
  })
  void who_may_change_the_configuration(boolean open, String peer, boolean may) {
    Settings settings = new Settings(Map.of("DSXCONNECTOR_ALLOW_OPEN_CONFIG", "" + open));
    Optional<InetAddress> address = Optional.ofNullable(peer).map(InetAddress::ofLiteral);
    assertThat(Permissions.from(settings).mayConfigure(address)).isEqualTo(may);
  }

  @Test
  void an_unknown_action_is_no_permission() {
    Settings settings = new Settings(Map.of("DSXCONNECTOR_ALLOWED_ACTIONS", "delete,burn"));
    Permissions.from(settings);
    assertThatThrownBy(settings::check)
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("DSXCONNECTOR_ALLOWED_ACTIONS=delete,burn");
  }

  /** Another machine, as far as the connector can see: not over the loopback interface. */
  private static Optional<String> otherAddress() throws Exception {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .map(InetAddress::getHostAddress)
        .findFirst();
  }

  private String startEverywhere(String address) {
    ConnectorSettings settings = ConnectorSettings.from(new Settings(env), "memory", data);
    Connector connector =
        Connector.builder(settings, InMemoryRepository.of(3), () -> UUID.randomUUID().toString())
            .listen("0.0.0.0", 0)
            .timing(QUICK)
            .start();
    closeAfterwards(connector);
    return "http://" + address + ":" + URI.create(connector.healthUrl()).getPort() + "/memory";
  }

  @Test
  void bug_h7_anybody_changed_filter_and_item_action() throws Exception {
    Optional<String> other = otherAddress();
    assumeTrue(other.isPresent(), "this machine has the loopback interface only");
    env.put("DSXCONNECTOR_REGISTER_WITH_CORE", "false");
    String change = "{\"filter\":\"-**\",\"item_action\":\"delete\"}";
    String url = startEverywhere(other.get());
    Http.Reply refused = Http.call("PUT", url + "/config", change);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.json().path("detail").asText())
        .contains("DSXCONNECTOR_ALLOW_OPEN_CONFIG=true");
    assertThat(Http.get(url + "/config").json().path("filter").asText()).isEmpty();
    for (JsonNode field : Http.get(url + "/config/schema").json().path("fields")) {
      assertThat(field.path("editable").asBoolean()).as(field.toString()).isFalse();
      assertThat(field.path("reason").asText()).isNotEmpty();
    }
    env.put("DSXCONNECTOR_ALLOW_OPEN_CONFIG", "true");
    String open = startEverywhere(other.get());
    assertThat(Http.call("PUT", open + "/config", change).status()).isEqualTo(200);
    assertThat(Http.get(open + "/config").json().path("filter").asText()).isEqualTo("-**");
  }
}
