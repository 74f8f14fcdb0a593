package io.dsxconnect.app.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.settings.StartFailure;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthFileTest {
  private static final String URL = "http://127.0.0.1:8586/healthz";

  @TempDir Path temp;

  @Test
  void bug_the_health_file_was_that_of_the_jvm_not_of_the_environment_passed_in() {
    HealthFile file = HealthFile.of(Map.of("DSX_HEALTH_FILE", temp.resolve("health") + " "));
    assertThat(file.read()).isEmpty();
    file.write(URL);
    assertThat(file.read()).contains(URL);
    assertThat(temp.resolve("health")).hasContent(URL);
    assertThat(temp.resolve("health.next")).doesNotExist();
  }

  @Test
  void a_blank_name_is_unset() {
    assertThat(HealthFile.of(Map.of("DSX_HEALTH_FILE", " "))).isSameAs(HealthFile.NONE);
    HealthFile.NONE.write(URL);
    assertThatThrownBy(HealthFile.NONE::read)
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("DSX_HEALTH_FILE");
  }
}
