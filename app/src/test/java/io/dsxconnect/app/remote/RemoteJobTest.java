package io.dsxconnect.app.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RemoteJobTest {
  private static RemoteJob job(String json) throws Exception {
    return new RemoteJob(Json.parse(json.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void bug_a_job_said_nothing_of_its_failed_actions() throws Exception {
    assertThat(
            job("""
            {"actions_pending": "0", "actions_succeeded": "12", "actions_failed": "2",
             "actions_unconfirmed": "1"}
            """)
                .actions())
        .isEqualTo("12 succeeded, 2 failed, 1 unconfirmed");
    assertThat(job("{\"actions_pending\": \"0\"}").actions()).isEmpty();
  }

  @Test
  void the_window_is_exact_unless_the_core_is_older() throws Exception {
    assertThat(
            job("{\"processing_window_secs\": \"2\", \"processing_window_ms\": \"1250\"}")
                .windowLength())
        .isEqualTo(1.25);
    assertThat(job("{\"processing_window_secs\": \"2\"}").windowLength()).isEqualTo(2);
    assertThat(job("{}").windowLength()).isZero();
  }
}
