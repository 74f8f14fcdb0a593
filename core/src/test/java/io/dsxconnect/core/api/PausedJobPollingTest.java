package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.testing.RawHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A read of a paused job counts as a file left out only when its listing connector reads it. */
class PausedJobPollingTest extends RedisFixture {
  RunningApi api;

  @BeforeEach
  void start() {
    api = new RunningApi(server);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  RawHttp.Answer get(String method, String path) {
    try {
      return RawHttp.exchange(
          api.port(),
          RawHttp.request(method, Routes.API + path, "", new byte[0]),
          Duration.ofSeconds(20));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  void accept(String job, @Nullable String idempotencyKey) {
    ScanRequest request =
        ScanRequest.of("/x", "x").withConnector(null, "http://127.0.0.1:1/c").withJob(job);
    new Intake(api.redis, () -> UUID.randomUUID().toString())
        .accept(job, List.of(request), null, idempotencyKey);
  }

  JsonNode pausedAndReadThreeTimes(String job) {
    api.jobs.steer(job, Jobs.Verb.PAUSE);
    for (int i = 0; i < 3; i++) {
      assertThat(get("GET", Routes.JOBS + "/" + job + "/raw").status()).isEqualTo(200);
    }
    return get("GET", Routes.JOBS + "/" + job).json();
  }

  @Test
  void bug_a_monitor_that_looks_at_a_paused_job_which_nobody_lists_leaves_nothing_out() {
    accept("single", null);
    assertThat(pausedAndReadThreeTimes("single").has("skipped_while_paused")).isFalse();
  }

  @Test
  void bug_a_monitor_leaves_nothing_out_of_what_our_connectors_list() {
    api.jobs.announce("ours", "c", "c", false);
    accept("ours", "batch-1");
    assertThat(pausedAndReadThreeTimes("ours").has("skipped_while_paused")).isFalse();
  }

  @Test
  void a_listing_connector_of_the_original_leaves_out_a_file_each_time_it_looks() {
    api.jobs.announce("theirs", "c", "c", false);
    accept("theirs", null);
    assertThat(pausedAndReadThreeTimes("theirs").path("skipped_while_paused").asInt()).isEqualTo(3);
  }

  @Test
  void bug_a_client_that_looked_at_a_paused_job_was_counted_as_a_file_left_out() throws Exception {
    api.jobs.announce("watched", "c", "c", false);
    accept("watched", null);
    api.jobs.steer("watched", Jobs.Verb.PAUSE);
    for (String agent : List.of("curl/8.5.0", "Mozilla/5.0", "python-httpx/0.28.1")) {
      byte[] look =
          RawHttp.request(
              "GET",
              Routes.API + Routes.JOBS + "/watched/raw",
              "User-Agent: " + agent + "\r\n",
              new byte[0]);
      assertThat(RawHttp.exchange(api.port(), look, Duration.ofSeconds(20)).status())
          .isEqualTo(200);
    }
    assertThat(get("GET", Routes.JOBS + "/watched").json().path("skipped_while_paused").asInt())
        .isEqualTo(1);
  }
}
