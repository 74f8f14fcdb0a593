package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.live.ResultEvents;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.http.server.Limits;
import io.dsxconnect.testing.RawHttp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The live feed over real HTTP and a real Redis, with many clients and broken connections. */
class LiveResourceTest extends RedisFixture {
  private static final EventStream.Terms TERMS =
      new EventStream.Terms(Duration.ofSeconds(1), Duration.ofMillis(400), 400);

  private final HttpClient client = HttpClient.newHttpClient();
  private RunningApi api;

  @BeforeEach
  void start() {
    api = new RunningApi(server, Limits.DEFAULT, TERMS);
  }

  @AfterEach
  void stop() {
    api.close();
    client.shutdownNow();
  }

  private LiveListener listen(@Nullable String last) throws Exception {
    return new LiveListener(client, api.url(), last);
  }

  private List<LiveListener> listen(int clients) throws Exception {
    List<LiveListener> listeners = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      listeners.add(listen(null));
    }
    return listeners;
  }

  private static void closeAll(List<LiveListener> listeners) throws Exception {
    for (LiveListener listener : listeners) {
      listener.close();
    }
  }

  /** Publishes at this rate, from one thread. */
  private void publish(ResultEvents events, int count, int perSecond) {
    Events published = Events.ofResults(redis);
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      published.publish(events.next());
      LockSupport.parkNanos(begin + i * 1_000_000_000L / perSecond - System.nanoTime());
    }
  }

  @Test
  void a_client_is_greeted_then_gets_the_state_and_then_pulses() throws Exception {
    try (LiveListener listener = listen(null)) {
      listener.await("status", 1);
      api.events.publish(new ResultEvents(1).file(Outcome.MALICIOUS));
      listener.await("pulse", 1);
      assertThat(listener.of("hello").getFirst().path("version").asText())
          .isEqualTo(Versions.PRODUCT);
      JsonNode status = listener.of("status").getFirst();
      assertThat(status.path("stages")).hasSize(4);
      assertThat(status.path("stages").get(0).path("queue").asText())
          .isEqualTo("scan_request_queue");
      assertThat(status.path("redis").path("up").asBoolean()).isTrue();
      assertThat(status.path("scanner").path("state").asText()).isEqualTo("not_configured");
      JsonNode pulse = listener.of("pulse").getFirst();
      assertThat(pulse.path("events").asInt()).isEqualTo(1);
      assertThat(pulse.path("newest_id").asInt()).isEqualTo(1);
      assertThat(pulse.path("outcomes")).hasToString("{\"malicious\":1}");
      JsonNode found = pulse.path("malicious").get(0);
      assertThat(found.path("location").asText()).isEqualTo("/share/task-0-<b>\u202e\n.exe");
      assertThat(found.path("connector_name").asText()).isEqualTo("fs");
      assertThat(found.path("action_status").asText()).isEqualTo("pending");
      assertThat(found.path("size").asInt()).isEqualTo(7);
      assertThat(pulse.path("jobs")).hasSize(1);
      assertThat(pulse.path("connectors").asBoolean()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 300})
  void every_client_counts_each_file_once_in_a_burst(int clients) throws Exception {
    long seed = System.nanoTime();
    ResultEvents events = new ResultEvents(seed);
    List<LiveListener> listeners = listen(clients);
    long begin = System.nanoTime();
    publish(events, 3_000, 1_000);
    for (LiveListener listener : listeners) {
      listener.awaitEvents(events.events());
      assertThat(listener.outcomes()).as("seed " + seed).isEqualTo(events.outcomes());
      assertThat(listener.events()).isEqualTo(events.events());
      assertThat(listener.of("gap")).isEmpty();
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    assertThat(listeners.getFirst().of("pulse").size())
        .isLessThanOrEqualTo((int) (seconds * 4) + 2);
    closeAll(listeners);
    await().atMost(Duration.ofSeconds(15)).until(() -> api.liveResource.streams() == 0);
  }

  @Test
  void a_client_that_reconnects_counts_each_file_once() throws Exception {
    long seed = System.nanoTime();
    ResultEvents events = new ResultEvents(seed);
    Map<String, Long> counted = new TreeMap<>();
    LiveListener listener = listen(null);
    Thread scan = Thread.startVirtualThread(() -> publish(events, 3_000, 1_000));
    for (int death = 1; death <= 6; death++) {
      listener.await("pulse", 2);
      listener.close();
      listener.outcomes().forEach((outcome, files) -> counted.merge(outcome, files, Long::sum));
      String last = listener.lastId();
      if (death % 2 == 0) {
        // Another process answers, which has no pulses yet.
        api.close();
        api = new RunningApi(server, Limits.DEFAULT, TERMS);
      }
      listener = listen(last);
      assertThat(listener.of("gap")).isEmpty();
    }
    scan.join();
    try (LiveListener end = listener) {
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                Map<String, Long> all = new TreeMap<>(counted);
                end.outcomes().forEach((outcome, files) -> all.merge(outcome, files, Long::sum));
                assertThat(all).as("seed " + seed).isEqualTo(events.outcomes());
              });
    }
  }

  @Test
  void a_client_that_changes_the_replica_counts_each_file_once() throws Exception {
    ResultEvents events = new ResultEvents(7);
    Map<String, Long> counted = new TreeMap<>();
    try (RunningApi other = new RunningApi(server, Limits.DEFAULT, TERMS);
        LiveListener here = listen(null);
        LiveListener there = new LiveListener(client, other.url(), null)) {
      Thread scan = Thread.startVirtualThread(() -> publish(events, 2_000, 1_000));
      LiveListener moving = listen(null);
      for (int move = 0; move < 6; move++) {
        moving.await("pulse", 1);
        moving.close();
        moving.outcomes().forEach((outcome, files) -> counted.merge(outcome, files, Long::sum));
        moving = new LiveListener(client, move % 2 == 0 ? other.url() : api.url(), moving.lastId());
      }
      scan.join();
      here.awaitEvents(2_000);
      there.awaitEvents(2_000);
      LiveListener last = moving;
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> {
                Map<String, Long> all = new TreeMap<>(counted);
                last.outcomes().forEach((outcome, files) -> all.merge(outcome, files, Long::sum));
                assertThat(all).isEqualTo(here.outcomes());
              });
      assertThat(last.of("gap")).isEmpty();
      last.close();
    }
  }

  @Test
  void a_client_that_got_nothing_but_the_greeting_misses_nothing() throws Exception {
    LiveListener first = listen(null);
    first.close();
    api.close();
    Events.ofResults(redis).publish(new ResultEvents(1).file(Outcome.BENIGN));
    api = new RunningApi(server, Limits.DEFAULT, TERMS);
    try (LiveListener again = listen(first.lastId())) {
      again.awaitEvents(1);
      assertThat(again.outcomes()).containsExactly(Map.entry("benign", 1L));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'; DROP",
        "1-0",
        "99999999999999999999-0_0-0",
        "999999999999999999-0_0-0",
        "0-0_999999999999999999-0",
        "5-0_0-0"
      })
  void a_client_with_an_unknown_position_is_told_of_the_gap_and_continues(String last)
      throws Exception {
    ResultEvents events = new ResultEvents(1);
    api.events.publish(events.file(Outcome.BENIGN));
    try (LiveListener listener = listen(last)) {
      listener.await("gap", 1);
      api.events.publish(events.file(Outcome.FAILED));
      listener.awaitEvents(1);
      assertThat(listener.outcomes()).containsExactly(Map.entry("failed", 1L));
      assertThat(listener.of("gap")).hasSize(1);
    }
  }

  @Test
  void a_client_that_was_away_for_too_many_events_is_told_of_the_gap() throws Exception {
    LiveListener first = listen(null);
    first.close();
    ResultEvents events = new ResultEvents(1);
    for (int i = 0; i < 5_100; i++) {
      api.events.publish(events.file(Outcome.BENIGN));
    }
    api.close();
    api = new RunningApi(server, Limits.DEFAULT, TERMS);
    try (LiveListener again = listen(first.lastId())) {
      again.await("gap", 1);
      assertThat(again.of("pulse")).isEmpty();
    }
  }

  @Test
  void a_large_event_is_no_large_message() throws Exception {
    try (LiveListener listener = listen(null)) {
      String event = new ResultEvents(1).file(Outcome.MALICIOUS);
      for (int i = 0; i < 30; i++) {
        api.events.publish(
            event
                .replace("/share/task-0", "/share/" + "\\ud83d\\ude00".repeat(8_000))
                .replace("\"task-0\"", "\"task-" + i + "\"")
                .replace("\"J", "\"J" + "j".repeat(100) + i));
      }
      listener.awaitEvents(30);
      assertThat(listener.outcomes()).containsExactly(Map.entry("malicious", 30L));
      for (JsonNode pulse : listener.of("pulse")) {
        assertThat(pulse.path("malicious").size()).isLessThanOrEqualTo(10);
        assertThat(pulse.path("malicious").get(0).path("location").asText())
            .hasSizeLessThanOrEqualTo(1024)
            .endsWith("😀…");
        assertThat(pulse.toString().length()).isLessThan(30_000);
      }
    }
  }

  @Test
  void many_jobs_in_one_pulse_are_bounded_and_announced() throws Exception {
    try (LiveListener listener = listen(null)) {
      for (int i = 0; i < 1_000; i++) {
        api.events.publish("{\"job\":{\"job_id\":\"J" + i + "\"}}");
      }
      listener.awaitEvents(1_000);
      assertThat(listener.of("pulse"))
          .allSatisfy(pulse -> assertThat(pulse.path("jobs").size()).isLessThanOrEqualTo(100))
          .anySatisfy(pulse -> assertThat(pulse.path("more_jobs").asBoolean()).isTrue());
    }
  }

  @Test
  void connectors_that_come_and_go_are_announced_but_not_their_heartbeats() throws Exception {
    Registry registry = new Registry(redis, InstantSource.system(), "dev", url -> false);
    ConnectorInstance fs =
        ConnectorInstance.builder("fs", "http://127.0.0.1:1/fs")
            .uuid("2c81d259-0000-4000-8000-000000000001")
            .build();
    try (LiveListener listener = listen(null)) {
      registry.register(fs);
      listener.await("pulse", 1);
      assertThat(listener.of("pulse").getFirst().path("connectors").asBoolean()).isTrue();
      registry.register(fs);
      api.events.publish("{}");
      listener.await("pulse", 2);
      assertThat(listener.of("pulse").get(1).path("connectors").asBoolean()).isFalse();
      registry.unregister("2c81d259-0000-4000-8000-000000000001");
      listener.await("pulse", 3);
      assertThat(listener.of("pulse").get(2).path("connectors").asBoolean()).isTrue();
      assertThat(listener.of("pulse").get(2).path("events").asInt()).isZero();
    }
  }

  @Test
  void clients_stay_while_redis_restarts_and_get_what_came_meanwhile() throws Exception {
    ResultEvents events = new ResultEvents(3);
    List<LiveListener> listeners = listen(5);
    api.events.publish(events.next());
    listeners.getFirst().awaitEvents(1);
    server.kill();
    for (LiveListener listener : listeners) {
      listener.await("waiting", 1);
    }
    server.restart();
    // Another process publishes before this one has noticed that Redis is back.
    try (io.dsxconnect.core.redis.Redis other = server.connect()) {
      for (int i = 0; i < 500; i++) {
        Events.ofResults(other).publish(events.next());
      }
    }
    for (LiveListener listener : listeners) {
      listener.awaitEvents(501);
      assertThat(listener.outcomes()).isEqualTo(events.outcomes());
      assertThat(listener.of("waiting")).hasSize(1);
      assertThat(listener.of("gap")).isEmpty();
    }
    closeAll(listeners);
  }

  @Test
  void a_redis_that_lost_its_events_is_a_gap() throws Exception {
    try (LiveListener listener = listen(null)) {
      api.events.publish("{}");
      listener.awaitEvents(1);
      api.redis.call(c -> c.del(api.redis.keys().of(Key.EVENTS)));
      api.events.publish("{}");
      listener.await("gap", 1);
      api.events.publish("{}");
      listener.awaitEvents(2);
    }
  }

  @Test
  void a_client_that_accepts_no_data_is_disconnected_and_others_are_not_affected()
      throws Exception {
    ResultEvents events = new ResultEvents(5);
    List<LiveListener> listeners = listen(3);
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4096);
      slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), api.port()));
      slow.getOutputStream()
          .write(RawHttp.request("GET", Routes.API + Routes.SUBSCRIBE_LIVE, "", new byte[0]));
      await().until(() -> api.liveResource.streams() == 4);
      String event = events.file(Outcome.MALICIOUS);
      String large = "x".repeat(1000);
      int sent = 0;
      while (api.liveResource.streams() == 4 && sent < 40_000) {
        for (int i = 0; i < 100; i++) {
          api.events.publish(
              event
                  .replace("/share/task-0", large)
                  .replace("\"task-0\"", "\"task-" + sent + "\"")
                  .replace("\"status\":\"running\"", "\"p\":\"" + large.repeat(20) + "\""));
          sent++;
        }
      }
      assertThat(api.liveResource.streams()).isEqualTo(3);
      for (LiveListener listener : listeners) {
        listener.awaitEvents(sent);
        assertThat(listener.outcomes()).containsExactly(Map.entry("malicious", (long) sent));
        assertThat(listener.ended()).isFalse();
      }
    }
    closeAll(listeners);
  }

  @Test
  void an_idle_stream_sends_heartbeats_and_a_server_that_stops_a_hint_to_reconnect_soon()
      throws Exception {
    try (LiveListener listener = listen(null)) {
      listener.await("heartbeat", 1);
      api.close();
      assertThat(listener.farewell()).isEqualTo("1000");
    }
  }

  @Test
  void streams_beyond_the_limit_are_refused() throws Exception {
    api.close();
    api =
        new RunningApi(
            server,
            Limits.DEFAULT,
            new EventStream.Terms(Duration.ofSeconds(1), Duration.ofSeconds(1), 1));
    try (LiveListener one = listen(null)) {
      RawHttp.Answer answer =
          RawHttp.exchange(
              api.port(),
              RawHttp.request("GET", Routes.API + Routes.SUBSCRIBE_LIVE, "", new byte[0]),
              Duration.ofSeconds(10));
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.headers()).containsEntry("retry-after", "5");
      assertThat(one.ended()).isFalse();
    }
  }
}
