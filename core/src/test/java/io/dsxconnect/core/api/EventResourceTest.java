package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.redis.Key;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A stream of events as a client reads it; {@link EventStreamTest} covers broken streams. */
class EventResourceTest extends ApiFixture {
  @Test
  void events_come_with_ids_and_a_client_that_comes_back_misses_nothing() throws Exception {
    api.events.publish("{\"n\":1}");
    String first = api.events.newest();
    api.events.publish("{\"n\":2}");
    HttpResponse<java.io.InputStream> stream =
        client.send(
            HttpRequest.newBuilder(URI.create(api.url() + P + "/subscribe/scan-result"))
                .header("Last-Event-ID", first)
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(stream.headers().firstValue("Content-Type"))
        .hasValue("text/event-stream; charset=utf-8");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("data: {\"type\":\"connected\"}");
      assertThat(lines.readLine()).isEmpty();
      assertThat(lines.readLine()).isEqualTo("retry: 5000");
      assertThat(lines.readLine()).startsWith("id: ");
      assertThat(lines.readLine()).isEqualTo("data: {\"n\":2}");
    }
  }

  @Test
  void bug_a_client_that_came_back_too_late_was_not_told_of_the_gap() throws Exception {
    api.events.publish("{\"n\":1}");
    String lost = api.events.newest();
    api.redis.call(c -> c.del(api.redis.keys().of(Key.EVENTS)));
    api.events.publish("{\"n\":2}");
    try (Listener late = new Listener(api, Routes.SUBSCRIBE_SCAN_RESULT, lost)) {
      await().until(() -> late.data().size() >= 3);
      assertThat(late.data().get(1)).contains("\"type\":\"gap\"");
      assertThat(late.data().get(2)).isEqualTo("{\"n\":2}");
    }
    String kept = api.events.newest();
    api.events.publish("{\"n\":3}");
    try (Listener intime = new Listener(api, Routes.SUBSCRIBE_SCAN_RESULT, kept)) {
      await().until(() -> intime.data().size() >= 2);
      assertThat(intime.data().get(1)).isEqualTo("{\"n\":3}");
    }
  }

  @Test
  void bug_the_first_summary_of_a_job_came_after_the_first_pause() throws Exception {
    api.jobs.announce("J", UUID_1, "all", false);
    long began = System.nanoTime();
    try (Listener listener = new Listener(api, "/subscribe/job-summary/J?interval=60", null)) {
      await().until(() -> listener.data().size() >= 2);
      assertThat(listener.data().get(1)).contains("\"type\":\"job_summary\"");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
  }
}
