package io.dsxconnect.core.api;

import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.live.ResultEvents;
import io.dsxconnect.http.server.Limits;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** One API with a live feed, over real HTTP and a real Redis, and its clients. */
abstract class LiveFixture extends RedisFixture {
  static final EventStream.Terms TERMS =
      new EventStream.Terms(Duration.ofSeconds(1), Duration.ofMillis(400), 400);

  final HttpClient client = HttpClient.newHttpClient();
  RunningApi api;

  @BeforeEach
  final void startApi() {
    api = new RunningApi(server, Limits.DEFAULT, TERMS);
  }

  @AfterEach
  final void stopApi() {
    api.close();
    client.shutdownNow();
  }

  final LiveListener listen(@Nullable String last) throws Exception {
    return new LiveListener(client, api.url(), last);
  }

  final List<LiveListener> listen(int clients) throws Exception {
    List<LiveListener> listeners = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      listeners.add(listen(null));
    }
    return listeners;
  }

  static void closeAll(List<LiveListener> listeners) throws Exception {
    for (LiveListener listener : listeners) {
      listener.close();
    }
  }

  /** Publishes at this rate, from one thread. */
  final void publish(ResultEvents events, int count, int perSecond) {
    Events published = Events.ofResults(redis);
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      published.publish(events.next());
      LockSupport.parkNanos(begin + i * 1_000_000_000L / perSecond - System.nanoTime());
    }
  }
}
