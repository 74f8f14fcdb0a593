package io.dsxconnect.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.settings.InvalidSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoreSettingsTest {
  @Test
  void bug_a_wrong_concurrency_was_told_only_when_the_other_faults_were_mended() {
    assertThatThrownBy(
            () ->
                CoreSettings.from(
                    Map.of(
                        "DSXCONNECT_SCAN_REQUEST_WORKER_CONCURRENCY", "many",
                        "DSXCONNECT_NOTIFICATION_WORKER_CONCURRENCY", "0",
                        "DSXCONNECT_RESULTS_DB__RETAIN", "all")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining(
            "DSXCONNECT_SCAN_REQUEST_WORKER_CONCURRENCY=many: must be a whole number, 1 to 10000")
        .hasMessageContaining("DSXCONNECT_NOTIFICATION_WORKER_CONCURRENCY=0: must be")
        .hasMessageContaining("DSXCONNECT_RESULTS_DB__RETAIN=all");
  }

  @Test
  void each_worker_has_the_concurrency_of_its_name_and_an_empty_one_is_unset() {
    WorkerConcurrency fixed =
        CoreSettings.from(
                Map.of(
                    "DSXCONNECT_SCAN_REQUEST_WORKER_CONCURRENCY", " 16 ",
                    "DSXCONNECT_VERDICT_ACTION_WORKER_CONCURRENCY", "2",
                    "DSXCONNECT_RESULTS_WORKER_CONCURRENCY", "3",
                    "DSXCONNECT_NOTIFICATION_WORKER_CONCURRENCY", ""))
            .workers()
            .concurrency();
    assertThat(fixed.byStage()).isEqualTo(Map.of(Stage.SCAN, 16, Stage.ACTION, 2, Stage.RESULT, 3));
  }

  @Test
  void bug_the_build_timestamp_bypassed_the_settings_that_were_passed_in() {
    String built = "2026-11-27T12:00:00+00:00";
    assertThat(CoreSettings.from(Map.of("DSX_BUILD_TIMESTAMP", built)).api().buildTimestamp())
        .isEqualTo(built);
    assertThat(CoreSettings.from(Map.of("DSX_BUILD_TIMESTAMP", " ")).api().buildTimestamp())
        .isNull();
    assertThat(CoreSettings.forLocalRun(Map.of()).api().buildTimestamp()).isNull();
  }
}
