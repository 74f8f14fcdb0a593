package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.live.ResultEvents;
import io.dsxconnect.http.server.Limits;
import io.dsxconnect.testing.RawHttp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The streams of the live feed: slow, idle, too many, and many at once. */
class LiveStreamTest extends LiveFixture {
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
