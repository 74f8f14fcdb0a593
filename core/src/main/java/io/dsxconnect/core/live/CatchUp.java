package io.dsxconnect.core.live;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.event.StreamId;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one pulse of everything between two positions from Redis, for a client that comes back
 * after a while, or from another replica. Clients that lost their connections together have the
 * same position, and share one pulse. Thread-safe.
 */
@ThreadSafe
final class CatchUp {
  private static final int MAX_CACHED = 16;
  private static final int EVENTS_PER_READ = 64;

  /** Many heartbeats of connectors are not worth reading; the list of connectors is short. */
  private static final int MAX_CONNECTOR_EVENTS = 1_000;

  private final Events results;
  private final Events connectors;
  private final InstantSource clock;

  @GuardedBy("this") private final Map<Span, byte[]> cached =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Span, byte[]> eldest) {
          return size() > MAX_CACHED;
        }
      };

  private record Span(Position after, Position to) {}

  CatchUp(Events results, Events connectors, InstantSource clock) {
    this.results = results;
    this.connectors = connectors;
    this.clock = clock;
  }

  /** The frame for a client that must read everything again, because events are missing. */
  static byte[] gap(Position end) {
    return ("id: "
            + end
            + "\ndata: {\"type\":\"gap\",\"message\":\"Earlier events are no longer kept; read"
            + " everything again\"}\n\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The newest position. Blocks for Redis. */
  Position newest() {
    return new Position(id(results.newest()), id(connectors.newest()));
  }

  private static StreamId id(String text) {
    return StreamId.parse(text).orElse(StreamId.NONE);
  }

  /** Whether events after a position may be lost. Blocks for Redis. */
  boolean forgotAfter(Position position) {
    return results.forgotAfter(position.results().toString());
  }

  /**
   * The frame of the pulse of all events between two positions, of at most 5,000 events and 16 MiB;
   * empty when there were none. A gap when there were more, or some are no longer kept. Blocks for
   * Redis.
   *
   * @param after exclusive
   * @param to inclusive
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer
   */
  synchronized byte[] frame(Position after, Position to) {
    Span span = new Span(after, to);
    byte[] known = cached.get(span);
    if (known == null) {
      known = read(after, to);
      cached.put(span, known);
    }
    return known;
  }

  private byte[] read(Position after, Position to) {
    Pulse pulse = new Pulse();
    StreamId at = after.results();
    while (at.compareTo(to.results()) < 0) {
      if (pulse.isFull()) {
        return gap(to);
      }
      List<Events.Event> next = results.between(at, to.results(), EVENTS_PER_READ);
      pulse.addResults(next);
      at = next.isEmpty() ? to.results() : id(next.getLast().id());
    }
    // Checked afterwards: events may be trimmed while they are read.
    if (forgotAfter(after)) {
      return gap(to);
    }
    addConnectors(pulse, after.connectors(), to.connectors());
    return pulse.isEmpty() ? new byte[0] : pulse.frame(to, clock.instant().getEpochSecond());
  }

  private void addConnectors(Pulse pulse, StreamId after, StreamId to) {
    if (after.compareTo(to) < 0) {
      List<Events.Event> next = connectors.between(after, to, MAX_CONNECTOR_EVENTS);
      pulse.addConnectors(next);
      if (next.size() == MAX_CONNECTOR_EVENTS || connectors.forgotAfter(after.toString())) {
        pulse.connectorsChanged();
      }
    }
  }
}
