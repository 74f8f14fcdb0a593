package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.settings.InvalidSettings;
import io.dsxconnect.settings.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConnectorSettingsTest {
  private static final Map<String, String> TLS =
      Map.of(
          "DSXCONNECTOR_USE_TLS", "true",
          "DSXCONNECTOR_TLS_CERTFILE", "/certs/server.crt",
          "DSXCONNECTOR_TLS_KEYFILE", "/certs/server.key");

  private static ConnectorSettings read(Map<String, String> environment) {
    Settings settings = new Settings(environment);
    ConnectorSettings read = ConnectorSettings.from(settings, "files", Path.of("data"));
    settings.check("DSXCONNECTOR_");
    return read;
  }

  private static String advertised(Map<String, String> more, String url) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("DSXCONNECTOR_CONNECTOR_URL", url);
    return Objects.requireNonNull(read(environment).advertised()).toString();
  }

  @Test
  void with_TLS_the_advertised_address_is_https_whatever_the_setting_says() {
    assertThat(advertised(TLS, "http://fs_connector:8620")).isEqualTo("https://fs_connector:8620");
    assertThat(advertised(TLS, "https://fs_connector:8620")).isEqualTo("https://fs_connector:8620");
  }

  @Test
  void without_TLS_the_advertised_address_is_the_setting_because_a_proxy_may_terminate_TLS() {
    assertThat(advertised(Map.of(), "http://fs_connector:8620"))
        .isEqualTo("http://fs_connector:8620");
    assertThat(advertised(Map.of(), "https://fs_connector:8620"))
        .isEqualTo("https://fs_connector:8620");
  }

  @Test
  void TLS_without_its_files_is_a_fault_that_names_them() {
    assertThatThrownBy(() -> read(Map.of("DSXCONNECTOR_USE_TLS", "true")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("DSXCONNECTOR_TLS_CERTFILE and DSXCONNECTOR_TLS_KEYFILE");
    assertThatThrownBy(() -> read(Map.of("DSXCONNECTOR_CLIENT_CERT", "/certs/own.crt")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("DSXCONNECTOR_CLIENT_CERT and DSXCONNECTOR_CLIENT_KEY: set both");
  }
}
