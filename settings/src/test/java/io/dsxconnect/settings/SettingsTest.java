package io.dsxconnect.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @TempDir Path temp;

  static Settings of(String... namesAndValues) {
    Map<String, String> environment = new java.util.HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      environment.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Settings(environment);
  }

  @Test
  void a_setting_that_is_missing_or_blank_has_its_default() {
    Settings s = of("A", "  ");
    assertThat(s.text("A", "x", "")).isEqualTo("x");
    assertThat(s.optional("B", "")).isNull();
    assertThat(s.flag("C", true, "")).isTrue();
    assertThat(s.number("D", 7, 1, 9, "")).isEqualTo(7);
    assertThat(s.optionalNumber("F", 1, 9, "")).isNull();
    assertThat(s.seconds("E", Duration.ofSeconds(3), Duration.ZERO, ""))
        .isEqualTo(Duration.ofSeconds(3));
    s.check();
  }

  @Test
  void names_are_not_case_sensitive() {
    assertThat(of("dsxconnect_x", "v").text("DSXCONNECT_X", "", "")).isEqualTo("v");
  }

  @Test
  void all_faults_are_reported_together() {
    Settings s = of("A", "maybe", "B", "10", "C", "soon", "D", "blue", "E", "0", "F", "3");
    s.flag("A", false, "");
    s.number("B", 1, 1, 9, "");
    s.seconds("C", Duration.ofSeconds(1), Duration.ZERO, "");
    s.oneOf("D", "red", List.of("red", "green"), "");
    assertThat(s.optionalNumber("E", 1, 9, "")).isNull();
    assertThat(s.optionalNumber("F", 1, 9, "")).isEqualTo(3);
    assertThatThrownBy(s::check)
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("A=maybe: must be true or false")
        .hasMessageContaining("B=10: must be a whole number, 1 to 9")
        .hasMessageContaining("C=soon: must be seconds")
        .hasMessageContaining("D=blue: must be one of red, green")
        .hasMessageContaining("E=0: must be a whole number, 1 to 9")
        .hasMessageNotContaining("F=");
  }

  @ParameterizedTest
  @CsvSource({
    "DSXCONNECT_SCANER__BASE_URL,did you mean DSXCONNECT_SCANNER__BASE_URL?",
    "DSXCONNECT_SCANNER_BASE_URL,did you mean DSXCONNECT_SCANNER__BASE_URL?",
    "DSXCONNECT_SCANNER__BOGUS,is not a setting",
  })
  void a_misspelled_name_is_reported(String name, String message) {
    Settings s = of(name, "http://x");
    s.optional("DSXCONNECT_SCANNER__BASE_URL", "");
    assertThatThrownBy(() -> s.check("DSXCONNECT_"))
        .hasMessageContaining(name)
        .hasMessageContaining(message);
  }

  @Test
  void names_of_other_programs_are_ignored() {
    Settings s = of("DSXCONNECT_SOMETHING_ELSE", "x", "DSXCONNECTOR_ASSET", "y", "PATH", "z");
    s.optional("DSXCONNECT_SCANNER__BASE_URL", "");
    s.check("DSXCONNECT_");
  }

  @Test
  void a_secret_comes_from_its_name_or_its_file_and_never_prints_itself() throws Exception {
    Path file = Files.writeString(temp.resolve("token"), "t0k\n");
    Settings s = of("A_FILE", file.toString(), "B", "s3cret");
    Secret a = s.secret("A", "");
    Secret b = s.secret("B", "");
    assertThat(a).isEqualTo(new Secret("t0k"));
    assertThat(b).isEqualTo(new Secret("s3cret"));
    assertThat(s.secret("C", "")).isNull();
    assertThat(String.valueOf(a) + b + s.declared()).doesNotContain("t0k", "s3cret");
    assertThat(s.declared()).extracting(Setting::source).contains(Setting.Source.FILE);
    s.check();
  }

  @Test
  void a_secret_file_that_cannot_be_read_is_reported() {
    Settings s = of("A_FILE", temp.resolve("none").toString());
    s.secret("A", "");
    assertThatThrownBy(s::check).hasMessageContaining("A_FILE: cannot read");
  }

  @Test
  void an_older_name_is_read_if_the_newer_one_is_not_set() {
    assertThat(of("OLD", "o").text("NEW", "", "", "OLD")).isEqualTo("o");
    assertThat(of("OLD", "o", "NEW", "n").text("NEW", "", "", "OLD")).isEqualTo("n");
  }

  @Test
  void a_whole_number_may_be_written_scientifically() {
    assertThat(of("A", "4e6").number("A", 0, 0, Long.MAX_VALUE, "")).isEqualTo(4_000_000);
  }

  @ParameterizedTest
  @CsvSource({
    "http://user:pw@host/x, http://**********@host/x",
    "redis:/:pw@host, redis:/**********@host",
    "rediss://u:p@ss@h:1/0, rediss://**********@h:1/0",
    "a@b, a@b",
    "http://host/a@b, http://**********@b",
  })
  void bug_an_address_with_a_password_was_listed_as_it_is(String value, String shown) {
    Settings s = of("A", value);
    s.text("A", "", "");
    assertThat(s.declared().getFirst().value()).isEqualTo(shown);
  }

  @Test
  void bug_a_byte_order_mark_in_front_of_a_secret_became_part_of_it() throws Exception {
    Path file = Files.writeString(temp.resolve("secret"), "\uFEFFhunter2\n");
    assertThat(of("A_FILE", file.toString()).secret("A", "")).isEqualTo(new Secret("hunter2"));
  }

  @Test
  void a_path_whose_name_is_not_utf8_is_written_as_a_uri() {
    assertThat(of("A", "file:///srv/caf%E9").path("A", ""))
        .isEqualTo(Path.of(URI.create("file:///srv/caf%E9")));
    assertThat(of().path("A", "")).isNull();
  }

  @Test
  void bug_a_path_that_lost_its_bytes_named_another_folder() {
    Settings s = of("A", "/srv/caf\uFFFD", "B", "file:///a b");
    assertThat(s.path("A", "")).isNull();
    assertThat(s.path("B", "")).isNull();
    assertThatThrownBy(s::check)
        .hasMessageContaining("A: the name has bytes that are not UTF-8; write it as a file:///")
        .hasMessageContaining("B: 'file:///a b' is not a path");
  }
}
