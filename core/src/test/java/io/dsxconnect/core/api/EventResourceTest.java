package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A stream of events as a client reads it; {@link EventStreamTest} has those that break. */
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
}
