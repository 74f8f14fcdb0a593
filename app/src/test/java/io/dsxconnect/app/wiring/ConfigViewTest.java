package io.dsxconnect.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigViewTest {
  private static Map<String, Object> view(Map<String, String> environment) {
    CoreSettings settings = CoreSettings.from(environment);
    return ConfigView.of(settings, settings.scanner().base());
  }

  @Test
  void bug_what_is_in_force_is_shown_not_the_original_defaults() {
    Map<String, Object> view =
        view(
            Map.of(
                "DSXCONNECT_SYSLOG__SYSLOG_SERVER_URL", "siem.example.com",
                "DSXCONNECT_SYSLOG__SYSLOG_SERVER_PORT", "6514",
                "DSXCONNECT_SYSLOG__TRANSPORT", "tls",
                "DSXCONNECT_SYSLOG__TLS_CA_FILE", "/app/certs/ca.crt",
                "DSXCONNECT_USE_TLS", "true",
                "DSXCONNECT_TLS_CERTFILE", "/app/certs/server.crt",
                "DSXCONNECT_TLS_KEYFILE", "/app/certs/server.key",
                "DSXCONNECT_SCANNER__VERIFY_TLS", "false",
                "DSXCONNECT_RESULTS_WORKER_CONCURRENCY", "3"));
    assertThat(view)
        .containsEntry("use_tls", true)
        .containsEntry("tls_certfile", "/app/certs/server.crt");
    assertThat(view.get("syslog"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
        .containsEntry("syslog_server_url", "siem.example.com")
        .containsEntry("syslog_server_port", 6514)
        .containsEntry("transport", "tls")
        .containsEntry("tls_ca_file", "/app/certs/ca.crt")
        .containsEntry("tls_insecure", false);
    assertThat(view.get("scanner"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
        .containsEntry("verify_tls", false);
    assertThat(String.valueOf(view.get("deployment")))
        .contains("scan_request={enabled=true, concurrency=64}")
        .contains("results={enabled=true, concurrency=3}");
  }

  @Test
  void no_secret_is_shown() {
    Map<String, Object> view =
        view(
            Map.of(
                "DSXCONNECT_REDIS_URL", "redis://redis:6379/0",
                "DSXCONNECT_REDIS_PASSWORD", "s3cret-of-redis",
                "DSXCONNECT_SCANNER__BASE_URL", "http://dsxa:5000",
                "DSXCONNECT_SCANNER__AUTH_TOKEN", "s3cret-of-dsxa"));
    assertThat(view.toString()).doesNotContain("s3cret");
  }
}
