package io.dsxconnect.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Json;
import io.dsxconnect.core.api.StatusResource.EffectiveValue;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.settings.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectiveConfigTest {
  private static final String SECRET = "s3cret";

  private static EffectiveValue value(Map<String, EffectiveValue> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private static Map<String, EffectiveValue> values(Map<String, String> environment) {
    CoreSettings settings = CoreSettings.from(environment);
    return EffectiveConfig.of(settings, settings.scanner().base()).stream()
        .collect(Collectors.toMap(EffectiveValue::name, value -> value));
  }

  @Test
  void a_value_has_its_default_unit_section_and_source() {
    Map<String, EffectiveValue> values =
        values(
            Map.of(
                "DSXCONNECT_SCANNER__TIMEOUT_SECONDS", "90",
                "SCANNER_BASE_URL", "http://dsxa:5000"));
    EffectiveValue timeout = value(values, "DSXCONNECT_SCANNER__TIMEOUT_SECONDS");
    assertThat(timeout.value()).isEqualTo("90");
    assertThat(timeout.defaultValue()).isEqualTo("600");
    assertThat(timeout.unit()).isEqualTo("s");
    assertThat(timeout.section()).isEqualTo("scanner");
    assertThat(timeout.source()).isEqualTo("environment");
    assertThat(value(values, "DSXCONNECT_SCANNER__BASE_URL").source()).isEqualTo("environment");
    assertThat(value(values, "DSXCONNECT_RESULTS_DB__RETAIN").source()).isEqualTo("default");
    assertThat(value(values, "DSXCONNECT_RESULTS_DB__RETAIN").section()).isEqualTo("results");
    assertThat(value(values, "DSXCONNECT_REDIS_CA_BUNDLE").value()).isNull();
  }

  @Test
  void an_embedded_redis_is_shown_without_its_password() {
    CoreSettings settings =
        CoreSettings.from(Map.of()).withRedis("redis://:" + SECRET + "@127.0.0.1:4711/0");
    assertThat(EffectiveConfig.of(settings, null))
        .filteredOn(value -> value.name().equals("DSXCONNECT_REDIS_URL"))
        .extracting(EffectiveValue::value)
        .first()
        .asString()
        .contains("127.0.0.1:4711")
        .doesNotContain(SECRET);
  }

  @Test
  void every_setting_is_listed_and_has_a_section_but_those_without_effect() {
    CoreSettings settings = CoreSettings.from(Map.of());
    List<String> expected =
        settings.api().declared().stream()
            .filter(setting -> !setting.type().equals("accepted"))
            .map(Setting::name)
            .toList();
    assertThat(expected).hasSizeGreaterThan(50);
    List<EffectiveValue> values = EffectiveConfig.of(settings, null);
    assertThat(values).extracting(EffectiveValue::name).containsExactlyElementsOf(expected);
    assertThat(values)
        .filteredOn(value -> value.section().equals("other"))
        .extracting(EffectiveValue::name)
        .containsExactly("DSXCONNECT_DIANNA__ENABLED", "DSXCONNECT_DIANNA__API_TOKEN");
  }

  @Test
  void the_scanner_that_was_set_at_run_time_is_marked() {
    CoreSettings settings =
        CoreSettings.from(Map.of("DSXCONNECT_SCANNER__BASE_URL", "http://dsxa:5000"));
    EffectiveValue scanner =
        EffectiveConfig.of(settings, Target.parse("http://other:5000").orElseThrow()).stream()
            .filter(value -> value.name().equals("DSXCONNECT_SCANNER__BASE_URL"))
            .findFirst()
            .orElseThrow();
    assertThat(scanner.value()).isEqualTo("http://other:5000");
    assertThat(scanner.source()).isEqualTo("set_here");
  }

  @Test
  void no_secret_is_shown_with_every_secret_set(@TempDir Path folder) throws Exception {
    Map<String, String> environment = new HashMap<>();
    List<Setting> secrets =
        CoreSettings.from(Map.of()).api().declared().stream()
            .filter(setting -> setting.type().startsWith("secret"))
            .toList();
    assertThat(secrets).hasSizeGreaterThan(6);
    secrets.forEach(
        setting ->
            environment.put(
                setting.name(),
                setting.name().endsWith("PROXY_URL")
                    ? "http://user:" + SECRET + "@proxy:3128"
                    : SECRET));
    Path file = Files.writeString(folder.resolve("token"), SECRET);
    environment.remove("DSXCONNECT_SCANNER__AUTH_TOKEN");
    environment.put("DSXCONNECT_SCANNER__AUTH_TOKEN_FILE", file.toString());
    String url = "redis://user:" + SECRET + "@redis:6379/0";
    for (String name :
        List.of(
            "DSXCONNECT_REDIS_URL",
            "DSXCONNECT_WORKERS__BROKER",
            "DSXCONNECT_WORKERS__BACKEND",
            "DSXCONNECT_TASKQUEUE__BROKER",
            "DSXCONNECT_RESULTS_DB")) {
      environment.put(name, url);
    }
    environment.put("DSXCONNECT_DIANNA__MANAGEMENT_URL", "https://user:" + SECRET + "@dianna");
    environment.put("DSXCONNECT_ENROLLMENT_TOKEN", SECRET);
    Map<String, EffectiveValue> values = values(environment);
    assertThat(Json.text(values)).doesNotContain(SECRET);
    assertThat(value(values, "DSXCONNECT_REDIS_URL").value()).contains("redis:6379");
    assertThat(value(values, "DSXCONNECT_SCANNER__AUTH_TOKEN").source()).isEqualTo("file");
    assertThat(value(values, "DSXCONNECT_SCANNER__AUTH_TOKEN").secret()).isTrue();
    secrets.forEach(
        setting -> assertThat(value(values, setting.name()).value()).isEqualTo("**********"));
  }
}
