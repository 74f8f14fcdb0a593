package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.http.server.Limits;
import io.dsxconnect.testing.RawHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Server-sent events when connections break, clients are slow, and streams are idle. */
class EventStreamTest extends RedisFixture {
  private static final String RESULTS = Routes.SUBSCRIBE_SCAN_RESULT;

  RunningApi api;

  @BeforeEach
  void start() {
    api =
        new RunningApi(
            server,
            Limits.DEFAULT,
            new EventStream.Terms(Duration.ofSeconds(1), Duration.ofMillis(400), 3));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  static String event(int n) {
    return "{\"n\":" + n + "}";
  }

  @Test
  void bug_what_happens_right_after_connected_is_not_missed() throws Exception {
    for (int i = 0; i < 3; i++) {
      api.events.publish("{\"before\":" + i + "}");
      try (Listener listener = new Listener(api, RESULTS, null)) {
        api.events.publish(event(i));
        listener.await(1);
        assertThat(listener.received()).containsExactly(event(i));
      }
    }
  }

  @Test
  void a_server_that_stops_ends_its_streams_properly_with_a_hint_to_come_back_soon()
      throws Exception {
    try (Listener listener = new Listener(api, RESULTS, null)) {
      api.events.publish(event(1));
      listener.await(1);
      api.close();
      assertThat(listener.farewell()).isEqualTo("1000");
      assertThat(listener.received()).containsExactly(event(1));
    }
  }

  @Test
  void a_client_whose_connection_dies_in_the_middle_misses_nothing_and_hears_nothing_twice()
      throws Exception {
    int all = 2000;
    List<String> heard = new ArrayList<>();
    Listener listener = new Listener(api, RESULTS, null);
    Thread scan =
        Thread.startVirtualThread(
            () -> IntStream.range(0, all).forEach(n -> api.events.publish(event(n))));
    String last = null;
    for (int death = 1; death <= 3; death++) {
      listener.await(100);
      listener.close();
      List<Listener.Event> got = listener.events();
      got.forEach(e -> heard.add(e.data()));
      last = got.getLast().id();
      listener = new Listener(api, RESULTS, last);
    }
    try (Listener end = listener) {
      end.await(all - heard.size());
      heard.addAll(end.received());
    }
    scan.join();
    assertThat(heard)
        .containsExactlyElementsOf(
            IntStream.range(0, all).mapToObj(EventStreamTest::event).toList());
  }

  @Test
  void a_malformed_last_event_id_starts_at_the_newest_event() throws Exception {
    api.events.publish(event(1));
    try (Listener listener = new Listener(api, RESULTS, "'; DROP")) {
      api.events.publish(event(2));
      listener.await(1);
      assertThat(listener.received()).containsExactly(event(2));
    }
  }

  @Test
  void bug_an_event_that_nobody_can_read_ended_a_stream_of_summaries() throws Exception {
    try (Listener listener = new Listener(api, RESULTS + "?coalesce=true", null)) {
      api.events.publish("\u0000\u0000\u0000{\u007f\u007f\u007f\u007f");
      api.events.publish("no JSON");
      api.events.publish("{\"job\":{\"job_id\":\"J\"}}");
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> listener.data().stream().anyMatch(data -> data.contains("\"J\"")));
    }
  }

  @Test
  void an_idle_stream_sends_heartbeats() throws Exception {
    try (Listener listener = new Listener(api, RESULTS, null)) {
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> listener.data().contains("{\"type\":\"heartbeat\"}"));
      assertThat(listener.data().getFirst()).isEqualTo("{\"type\":\"connected\"}");
    }
  }

  @Test
  void a_client_that_accepts_no_data_is_disconnected_and_can_get_all_that_it_missed()
      throws Exception {
    int all = 2500;
    String padding = "x".repeat(8000);
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), api.port()));
      slow.setSoTimeout(20_000);
      slow.getOutputStream()
          .write(
              RawHttp.request("GET", Routes.API + RESULTS, "Last-Event-ID: 0-0\r\n", new byte[0]));
      await().until(() -> api.eventResource.streams() == 1);
      for (int n = 0; n < all; n++) {
        api.events.publish("{\"n\":" + n + ",\"p\":\"" + padding + "\"}");
      }
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(api.eventResource.streams()).isZero());
      Set<String> heard = new HashSet<>();
      String last = drain(slow, heard);
      assertThat(heard).hasSizeLessThan(all);
      try (Listener again = new Listener(api, RESULTS, last)) {
        again.await(all - heard.size());
        assertThat(again.events()).hasSize(all - heard.size());
        for (Listener.Event event : again.events()) {
          assertThat(heard.add(event.id())).isTrue();
        }
      }
      assertThat(heard).hasSize(all);
    }
  }

  /** Reads what arrived before the connection broke; returns the id of the last whole event. */
  private static String drain(Socket socket, Set<String> heard) {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[65_536];
    try {
      for (int n; (n = socket.getInputStream().read(buffer)) >= 0; ) {
        text.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      // The connection broke.
    }
    String last = "0-0";
    Matcher whole =
        Pattern.compile("id: ([0-9-]+)\ndata: \\{[^}]*}\n\n")
            .matcher(text.toString().replaceAll("\r\n[0-9a-fA-F]+\r\n", ""));
    while (whole.find()) {
      last = whole.group(1);
      heard.add(last);
    }
    return last;
  }

  @Test
  void a_disconnected_client_frees_its_stream() throws Exception {
    Listener listener = new Listener(api, RESULTS, null);
    assertThat(api.eventResource.streams()).isEqualTo(1);
    listener.close();
    await().atMost(Duration.ofSeconds(15)).until(() -> api.eventResource.streams() == 0);
  }

  @Test
  void streams_beyond_the_limit_are_refused_with_retry_after() throws Exception {
    try (Listener one = new Listener(api, RESULTS, null);
        Listener two = new Listener(api, "/subscribe/connector-registered", null);
        Listener three = new Listener(api, "/subscribe/job-summary/J", null)) {
      for (String path :
          List.of(RESULTS, "/subscribe/connector-registered", "/subscribe/job-summary/J")) {
        RawHttp.Answer answer =
            RawHttp.exchange(
                api.port(),
                RawHttp.request("GET", Routes.API + path, "", new byte[0]),
                Duration.ofSeconds(10));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsEntry("retry-after", "5");
        assertThat(answer.text()).isEqualTo("{\"detail\":\"too many streams are open\"}");
      }
      assertThat(one.data()).hasSize(1);
      assertThat(two.data()).hasSize(1);
      assertThat(three.data()).isNotEmpty();
    }
  }

  @Test
  void one_summary_per_second_counts_every_event() throws Exception {
    try (Listener listener = new Listener(api, RESULTS + "?coalesce=1", null)) {
      for (int n = 0; n < 700; n++) {
        api.events.publish("{\"job\":{\"job_id\":\"J\",\"n\":" + n + "}}");
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(listener.received().stream().mapToInt(EventStreamTest::counted).sum())
                      .isEqualTo(700));
      assertThat(listener.received().getLast())
          .endsWith("\"jobs\":[{\"job_id\":\"J\",\"n\":699}]}");
    }
  }

  private static int counted(String summary) {
    return Integer.parseInt(summary.replaceFirst(".*\"events\":([0-9]+).*", "$1"));
  }
}
