package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.routes.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The stream of events to one client. Confined to one thread. Closes the connection of a client
 * that accepts no data for a while; it can reconnect with the id of its last event and misses no
 * event that is still kept. A client that has missed events first gets an event of type {@code
 * gap}.
 */
final class EventStream implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("[0-9]{1,19}-[0-9]{1,19}");
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
  private static final String HEARTBEAT = "data: {\"type\":\"heartbeat\"}\n\n";

  private static final String GAP =
      "data: {\"type\":\"gap\",\"message\":\"Earlier events are no longer kept; read jobs and"
          + " results again\"}\n\n";

  private final Terms terms;
  private final BooleanSupplier open;
  private final EventOutput out;
  private @Nullable String after;

  /**
   * The limits of streams.
   *
   * @param heartbeat interval of heartbeats on an idle stream
   * @param writeTimeout for a client that accepts no data
   * @param streams open at once; further ones are answered 503
   */
  record Terms(Duration heartbeat, Duration writeTimeout, int streams) {
    static final Terms DEFAULT = new Terms(Duration.ofSeconds(10), Duration.ofSeconds(10), 512);
  }

  /**
   * Starts the response.
   *
   * @param begin the events to follow; their newest id is read before the response starts, so that
   *     a client without {@code Last-Event-ID} misses nothing from then on. Null when the stream
   *     does not follow events
   * @param open returns false to end the stream
   */
  EventStream(Call call, Terms terms, @Nullable Events begin, BooleanSupplier open)
      throws InvalidInput {
    this.terms = terms;
    this.open = open;
    String last = call.header("Last-Event-ID");
    this.after =
        last != null && ID.matcher(last).matches() ? last : begin == null ? null : newest(begin);
    this.out = new EventOutput(call, terms.writeTimeout());
  }

  private static @Nullable String newest(Events events) {
    try {
      return events.newest();
    } catch (RedisUnavailableException e) {
      // Read again when Redis is available; no event can be published before.
      return null;
    }
  }

  /**
   * Sends frames and flushes them. Blocks while the client accepts no data.
   *
   * @throws IOException when the client is gone or too slow
   */
  void send(String frames) throws IOException {
    out.send(frames.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends one event without an id. */
  void data(Map<String, Object> body) throws IOException {
    send("data: " + Json.text(body) + "\n\n");
  }

  /** Waits; returns false as soon as the stream is to end. */
  boolean pause(long millis) throws InterruptedException {
    for (long left = millis; left > 0 && open.getAsBoolean(); left -= 200) {
      Thread.sleep(Math.min(left, 200));
    }
    return open.getAsBoolean();
  }

  /**
   * Sends events as they are published, from the client's position on, until the stream is to end.
   *
   * @param coalesce sends one summary per second instead of every event
   */
  void follow(Events events, boolean coalesce) throws IOException, InterruptedException {
    while (open.getAsBoolean()) {
      try {
        if (after == null) {
          after = events.newest();
        } else if (events.forgotAfter(after)) {
          // Sent once: from here on the client gets every event that is kept.
          send(GAP);
          after = "0-0";
        }
        try (Events.Reader reader = events.reader(after)) {
          followUntilRedisFails(reader, coalesce);
        }
      } catch (RedisUnavailableException e) {
        // The client stays connected, is informed, and continues at its position.
        send("data: {\"type\":\"waiting\",\"message\":\"Notifier unavailable\"}\n\n" + HEARTBEAT);
        pause(POLL_INTERVAL.toMillis());
      }
    }
  }

  private void followUntilRedisFails(Events.Reader reader, boolean coalesce)
      throws IOException, InterruptedException {
    long idleMillis = 0;
    while (open.getAsBoolean()) {
      List<Events.Event> next = reader.next(POLL_INTERVAL);
      if (coalesce) {
        summary(next);
        pause(POLL_INTERVAL.toMillis());
      } else {
        StringBuilder frames = new StringBuilder();
        for (Events.Event event : next) {
          frames.append("id: ").append(event.id()).append("\ndata: ");
          frames.append(event.json()).append("\n\n");
        }
        if (!next.isEmpty()) {
          send(frames.toString());
        }
      }
      if (!next.isEmpty()) {
        after = next.getLast().id();
      }
      idleMillis = next.isEmpty() ? idleMillis + POLL_INTERVAL.toMillis() : 0;
      if (idleMillis >= terms.heartbeat().toMillis()) {
        idleMillis = 0;
        send(HEARTBEAT);
      }
    }
  }

  /** Sends the number of events, and of each job the last snapshot among them. */
  private void summary(List<Events.Event> events) throws IOException {
    if (events.isEmpty()) {
      return;
    }
    Map<String, JsonNode> jobs = new LinkedHashMap<>();
    for (Events.Event event : events) {
      JsonNode job = job(event);
      if (job.isObject()) {
        jobs.put(job.path("job_id").asText(), job);
      }
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "summary");
    body.put("events", events.size());
    body.put("jobs", jobs.values());
    send("id: " + events.getLast().id() + "\ndata: " + Json.text(body) + "\n\n");
  }

  /** The job's figures in an event; missing when it has none. */
  private static JsonNode job(Events.Event event) {
    try {
      return Json.parseOwn(event.json().getBytes(StandardCharsets.UTF_8)).path("job");
    } catch (InvalidInput e) {
      // With access to Redis, anything can be published.
      return MissingNode.getInstance();
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
