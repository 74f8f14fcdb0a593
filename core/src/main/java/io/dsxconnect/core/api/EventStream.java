package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.routes.Call;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The stream of events to one client. Used by one thread. A client that takes nothing for a while
 * is cut: it comes back with the id of the last event that it has, and misses nothing that is still
 * kept; when it does miss something, it gets an event of the type {@code gap} first.
 */
final class EventStream implements AutoCloseable {
  private static final Pattern ID = Pattern.compile("[0-9]{1,19}-[0-9]{1,19}");
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final String HEARTBEAT = "data: {\"type\":\"heartbeat\"}\n\n";

  private static final String GAP =
      "data: {\"type\":\"gap\",\"message\":\"Events before the next are not kept any more; read jobs and"
          + " results again\"}\n\n";

  private final Terms terms;
  private final BooleanSupplier open;
  private final OutputStream out;
  private final Thread watch;
  private volatile long writingSince;
  private @Nullable String after;

  /**
   * What clients may count on, and what is asked of them.
   *
   * @param beat between two signs of life on a silent stream
   * @param patience with a client that takes nothing
   * @param streams at once; more are answered 503
   */
  record Terms(Duration beat, Duration patience, int streams) {
    static final Terms DEFAULT = new Terms(Duration.ofSeconds(10), Duration.ofSeconds(10), 512);
  }

  /**
   * @param begin where to begin without {@code Last-Event-ID}; asked before the client is told that
   *     it is connected, since what happens from then on is its
   * @param open false ends the stream
   */
  EventStream(Call call, Terms terms, @Nullable Events begin, BooleanSupplier open)
      throws InvalidInput {
    this.terms = terms;
    this.open = open;
    String last = call.header("Last-Event-ID");
    this.after =
        last != null && ID.matcher(last).matches() ? last : begin == null ? null : newest(begin);
    call.setHeader("Cache-Control", "no-cache").setHeader("X-Accel-Buffering", "no");
    this.out = call.stream("text/event-stream; charset=utf-8");
    Thread writer = Thread.currentThread();
    this.watch = Thread.ofVirtual().name("slow-client").start(() -> watch(writer));
  }

  private static @Nullable String newest(Events events) {
    try {
      return events.newest();
    } catch (RedisUnavailableException e) {
      // It is asked again when Redis is back; nothing can have happened before.
      return null;
    }
  }

  /** A write that waits for its client ends by the interrupt, which closes the connection. */
  private void watch(Thread writer) {
    try {
      while (true) {
        Thread.sleep(terms.patience().dividedBy(4));
        long since = writingSince;
        if (since != 0 && System.nanoTime() - since > terms.patience().toNanos()) {
          writer.interrupt();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void send(String frames) throws IOException {
    writingSince = System.nanoTime();
    try {
      out.write(frames.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } finally {
      writingSince = 0;
    }
  }

  void data(Map<String, Object> body) throws IOException {
    send("data: " + Json.text(body) + "\n\n");
  }

  /** Waits; false when the stream is to end. */
  boolean pause(long millis) throws InterruptedException {
    for (long left = millis; left > 0 && open.getAsBoolean(); left -= 200) {
      Thread.sleep(Math.min(left, 200));
    }
    return open.getAsBoolean();
  }

  /** Sends events as they come, from where the client was, until the stream is to end. */
  void follow(Events events, boolean coalesce) throws IOException, InterruptedException {
    while (open.getAsBoolean()) {
      try {
        if (after == null) {
          after = events.newest();
        } else if (events.forgotAfter(after)) {
          // Told once: from here on it has what is kept.
          send(GAP);
          after = "0-0";
        }
        try (Events.Reader reader = events.reader(after)) {
          followUntilRedisGoes(reader, coalesce);
        }
      } catch (RedisUnavailableException e) {
        // The client stays; it is told, and goes on where it was.
        send("data: {\"type\":\"waiting\",\"message\":\"Notifier unavailable\"}\n\n" + HEARTBEAT);
        pause(LOOK.toMillis());
      }
    }
  }

  private void followUntilRedisGoes(Events.Reader reader, boolean coalesce)
      throws IOException, InterruptedException {
    long silent = 0;
    while (open.getAsBoolean()) {
      List<Events.Event> next = reader.next(LOOK);
      if (coalesce) {
        summary(next);
        pause(LOOK.toMillis());
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
      silent = next.isEmpty() ? silent + LOOK.toMillis() : 0;
      if (silent >= terms.beat().toMillis()) {
        silent = 0;
        send(HEARTBEAT);
      }
    }
  }

  /** How many there were, and how each job stood at its last. */
  private void summary(List<Events.Event> events) throws IOException {
    if (events.isEmpty()) {
      return;
    }
    Map<String, JsonNode> jobs = new LinkedHashMap<>();
    for (Events.Event event : events) {
      try {
        JsonNode job = Json.parseOwn(event.json().getBytes(StandardCharsets.UTF_8)).path("job");
        if (job.isObject()) {
          jobs.put(job.path("job_id").asText(), job);
        }
      } catch (InvalidInput e) {
        throw new IllegalStateException("an event of ours is not JSON", e);
      }
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "summary");
    body.put("events", events.size());
    body.put("jobs", jobs.values());
    send("id: " + events.getLast().id() + "\ndata: " + Json.text(body) + "\n\n");
  }

  @Override
  public void close() throws IOException {
    watch.interrupt();
    out.close();
  }
}
