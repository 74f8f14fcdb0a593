package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.live.ResultEvents;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.http.server.Limits;
import io.lettuce.core.XAddArgs;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of the live feed get after broken connections, lost events, and restarts. */
class LiveReplayTest extends LiveFixture {
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
  void bug_an_event_that_nobody_can_read_stopped_the_feed_for_ever() throws Exception {
    try (LiveListener listener = listen(null)) {
      api.events.publish("\u0000\u0000\u0000{\u007f\u007f\u007f\u007f");
      api.events.publish(new ResultEvents(1).file(Outcome.BENIGN));
      listener.awaitEvents(2);
      assertThat(listener.outcomes()).containsExactly(Map.entry("benign", 1L));
      assertThat(listener.of("waiting")).isEmpty();
    }
    try (LiveListener summaries = listen("0-0_0-0")) {
      summaries.awaitEvents(2);
    }
  }

  @Test
  void bug_ids_of_64_bits_stopped_the_feed_for_ever() throws Exception {
    try (LiveListener listener = listen(null)) {
      String event = new ResultEvents(1).file(Outcome.BENIGN);
      redis.call(
          c ->
              c.xadd(
                  redis.keys().of(Key.EVENTS),
                  new XAddArgs().id("18446744073709551615-1"),
                  Map.of("e", event)));
      listener.awaitEvents(1);
      api.events.publish(event);
      listener.awaitEvents(2);
      assertThat(listener.lastId()).startsWith("18446744073709551615-2_");
    }
  }
}
