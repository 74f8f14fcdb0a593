package io.dsxconnect.core.api;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.notify.Events;
import io.dsxconnect.core.redis.RedisAway;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Server-sent events of results. Each carries the id of its place, so that a client that comes back
 * with {@code Last-Event-ID} misses nothing that is still kept; a silent stream beats every 10 s.
 */
public final class EventResource implements Api.Resource, AutoCloseable {
  private static final Pattern ID = Pattern.compile("[0-9]{1,19}-[0-9]{1,19}");
  private static final Duration BEAT = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Events events;
  private volatile boolean open = true;

  public EventResource(Events events) {
    this.events = events;
  }

  @Override
  public void routes(HttpRouting.Builder routing, String prefix) {
    routing.get(prefix + Routes.SUBSCRIBE_SCAN_RESULT, this::stream);
  }

  private void stream(ServerRequest req, ServerResponse res) throws IOException {
    String last = req.headers().value(HeaderNames.create("Last-Event-ID")).orElse("");
    String after = ID.matcher(last).matches() ? last : events.newest();
    res.headers().set(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
    res.headers().set(HeaderNames.CACHE_CONTROL, "no-cache");
    res.header("X-Accel-Buffering", "no");
    try (Events.Reader reader = events.reader(after);
        OutputStream out = res.outputStream()) {
      send(out, "data: {\"type\":\"connected\"}\n\nretry: 5000\n");
      long silent = 0;
      while (open) {
        List<Events.Event> next = reader.next(LOOK);
        for (Events.Event event : next) {
          send(out, "id: " + event.id() + "\ndata: " + event.json() + "\n\n");
        }
        silent = next.isEmpty() ? silent + LOOK.toMillis() : 0;
        if (silent >= BEAT.toMillis()) {
          silent = 0;
          send(out, "data: {\"type\":\"heartbeat\"}\n\n");
        }
      }
    } catch (RedisException | RedisAway e) {
      throw new IOException("events are not to be had while Redis is away", e);
    }
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() {
    open = false;
  }
}
