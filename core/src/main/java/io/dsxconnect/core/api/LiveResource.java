package io.dsxconnect.core.api;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.live.LiveClient;
import io.dsxconnect.core.live.LiveFeed;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * The stream of everything that the page shows live, see docs/wire.md, "Live feed". A request
 * blocks for as long as its stream is open. Thread-safe.
 */
@ThreadSafe
public final class LiveResource implements RouteTable.Resource, AutoCloseable {
  /** With {@link EventResource} and other requests below the server's limit of requests. */
  private static final int MAX_STREAMS = 1024;

  private final LiveFeed feed;
  private final String version;
  private final InstantSource clock;
  private final EventStream.Terms terms;
  private final OpenStreams streams;

  /**
   * With at most 1,024 streams.
   *
   * @param version of the product, which the first message has
   */
  public LiveResource(LiveFeed feed, String version, InstantSource clock) {
    this(
        feed,
        version,
        clock,
        new EventStream.Terms(Duration.ofSeconds(10), Duration.ofSeconds(10), MAX_STREAMS));
  }

  LiveResource(LiveFeed feed, String version, InstantSource clock, EventStream.Terms terms) {
    this.feed = feed;
    this.version = version;
    this.clock = clock;
    this.terms = terms;
    this.streams = new OpenStreams(terms.streams());
  }

  private record Hello(String type, String version, long at) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
                Routes.SUBSCRIBE_LIVE,
                Access.VIEWER,
                "Stream pulses of results, and the platform's state when it changes")
            .answers(200, "text/event-stream")
            .answers(503, "Too many streams are open")
            .to(call -> streams.run(call, () -> serve(call))));
  }

  private void serve(Call call) throws IOException, InterruptedException, InvalidInput {
    try (LiveClient client = feed.connect(call.header("Last-Event-ID"));
        EventOutput out = new EventOutput(call, terms.writeTimeout())) {
      String hello = Json.text(new Hello("hello", version, clock.instant().getEpochSecond()));
      client.serve(out::send, hello, terms.heartbeat(), streams::accepting);
      out.send(OpenStreams.FAREWELL.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The number of open streams. */
  public int streams() {
    return streams.count();
  }

  /** Ends every stream with a hint to reconnect after 1 s. Waits up to 3 s for their ends. */
  @Override
  public void close() {
    streams.stop();
    feed.close();
    streams.close();
  }
}
