package io.dsxconnect.core.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.settings.InvalidSettings;
import io.dsxconnect.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of the Redis connection; no password is ever printed. */
class RedisSettingsTest {
  /** A strong reference: the log manager holds loggers weakly, so this one could be collected. */
  private static final Logger WATCHED = Logger.getLogger(RedisSettings.class.getName());

  static RedisSettings of(Map<String, String> environment) {
    Settings settings = new Settings(environment);
    RedisSettings redis = RedisSettings.from(settings);
    settings.check();
    return redis;
  }

  @Test
  void without_a_setting_the_default_address_is_used() {
    RedisSettings settings = of(Map.of());
    assertThat(settings.url()).isEqualTo("redis://localhost:6379/0");
    assertThat(settings.configured()).isFalse();
    assertThat(settings.env()).isEqualTo("dev");
    assertThat(settings.password()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "DSXCONNECT_REDIS_URL",
    "DSXCONNECT_WORKERS__BROKER",
    "DSXCONNECT_TASKQUEUE__BROKER",
    "DSXCONNECT_RESULTS_DB"
  })
  void any_of_the_names_supplies_it(String name) {
    assertThat(of(Map.of(name, "redis://r:1/3")).url()).isEqualTo("redis://r:1/3");
  }

  @Test
  void another_database_of_the_same_server_is_accepted() {
    assertThat(
            of(Map.of(
                    "DSXCONNECT_REDIS_URL",
                    "redis://r:1/3",
                    "DSXCONNECT_RESULTS_DB",
                    "redis://r:1/4"))
                .url())
        .isEqualTo("redis://r:1/3");
  }

  @Test
  void another_server_is_refused_with_the_reason() {
    assertThatThrownBy(
            () ->
                of(
                    Map.of(
                        "DSXCONNECT_REDIS_URL", "redis://:s3cret@r:1/3",
                        "DSXCONNECT_WORKERS__BACKEND", "redis://other:1/3")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("DSXCONNECT_WORKERS__BACKEND: names another server")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://:s3#cret@r:1/3",
        "redis://:s3/cret@r:1/3",
        "redis://:s3?cret@r:1/3",
        "redis://:s3%cret@r:1/3",
        "redis://:s3%zz@r:1/3"
      })
  void bug_a_part_of_a_password_that_is_not_encoded_was_taken_for_the_host(String url) {
    assertThatThrownBy(() -> of(Map.of("DSXCONNECT_REDIS_URL", url)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("percent-encode")
        .hasMessageNotContaining("s3");
  }

  @Test
  void a_password_is_never_printed() {
    RedisSettings settings = of(Map.of("DSXCONNECT_REDIS_URL", "redis://:s3cret@r:1/3"));
    assertThat(settings.toString() + settings.address()).doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource({
    "redis://h:1/0,                redis://h:1/0",
    "redis://s3cret@h:1/0,         redis://**********@h:1/0",
    "redis://:s3cret@h:1/0,        redis://:**********@h:1/0",
    "redis://user:s3cret@h:1/0,    redis://user:**********@h:1/0",
    "redis://user:s3:cret@h:1/0,   redis://user:**********@h:1/0",
    "redis://user:s3@cret@h:1/0,   redis://user:**********@h:1/0",
    "rediss://user:s3@c:ret@h:1/0, rediss://user:**********@h:1/0",
    "redis://user:s3/c@ret@h:1/0,  redis://user:**********@h:1/0",
  })
  void bug_no_part_of_a_password_is_printed_whatever_it_is_made_of(String url, String masked) {
    assertThat(new RedisSettings(url, true, "dev").masked()).isEqualTo(masked);
  }

  @ParameterizedTest
  @CsvSource({
    "6.2.11,true",
    "7.0.15,true",
    "10.0.1,true",
    "6.0.16,false",
    "5.0.14,false",
    "x,false"
  })
  void versions_from_6_2_on_are_accepted(String version, boolean taken) {
    assertThat(ServerCheck.atLeast62(version)).isEqualTo(taken);
  }

  @Test
  void bug_results_kept_in_memory_are_not_silently_kept_in_redis() {
    List<String> said = new CopyOnWriteArrayList<>();
    Handler listener =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            said.add(new SimpleFormatter().formatMessage(line));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    WATCHED.setLevel(Level.ALL);
    WATCHED.addHandler(listener);
    try {
      assertThat(of(Map.of("DSXCONNECT_RESULTS_DB", "memory")).configured()).isFalse();
    } finally {
      WATCHED.removeHandler(listener);
      WATCHED.setLevel(null);
    }
    assertThat(said)
        .containsExactly("DSXCONNECT_RESULTS_DB=memory: records are kept in Redis all the same");
  }
}
