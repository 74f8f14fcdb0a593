package io.dsxconnect.core.live;

import io.dsxconnect.core.live.Ring.Latest;
import io.dsxconnect.core.live.Ring.News;
import io.dsxconnect.core.live.Ring.Place;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client of the feed: its place, and what it has got. Confined to one thread. */
public final class LiveClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LiveClient.class);

  /** A client waits so long for its position before it gets its first message. */
  private static final Duration START_TIMEOUT = Duration.ofSeconds(2);

  /** How often a client without a place looks for one. */
  private static final Duration PLACE_INTERVAL = Duration.ofMillis(250);

  private static final byte[] WAITING = bytes("data: {\"type\":\"waiting\"}\n\n");
  private static final byte[] HEARTBEAT = bytes("data: {\"type\":\"heartbeat\"}\n\n");

  private final Ring ring;
  private final CatchUp catchUp;
  private final Runnable left;
  private final @Nullable String lastId;
  private @Nullable Place place;
  private @Nullable Position position;
  private boolean positionIsUnknown;
  private boolean positionExists;
  private Latest seen = Latest.NONE;

  /** Takes bytes for the client. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Sends frames. Blocks while the client accepts no data.
     *
     * @param frames never changed; shared with other clients
     * @throws IOException when the client is gone or too slow
     */
    void send(byte[] frames) throws IOException;
  }

  /**
   * @param lastId the id of the client's last message; null for a client that begins now
   * @param left called once when the client leaves
   */
  LiveClient(Ring ring, CatchUp catchUp, @Nullable String lastId, Runnable left) {
    this.ring = ring;
    this.catchUp = catchUp;
    this.lastId = lastId;
    this.left = left;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Sends messages until {@code open} is false. Blocks.
   *
   * @param hello the JSON of the first message
   * @param heartbeat the interval of heartbeats while there is nothing else to send
   * @throws IOException when the client is gone or too slow
   */
  public void serve(Sink sink, String hello, Duration heartbeat, BooleanSupplier open)
      throws IOException, InterruptedException {
    begin(sink, hello);
    long sentAt = System.nanoTime();
    while (open.getAsBoolean()) {
      boolean sent = place == null && findPlace(sink);
      Duration idle = heartbeat.minusNanos(System.nanoTime() - sentAt);
      News news =
          ring.await(
              place,
              seen,
              place == null && idle.compareTo(PLACE_INTERVAL) > 0 ? PLACE_INTERVAL : idle);
      sent |= take(sink, news);
      if (!sent && System.nanoTime() - sentAt >= heartbeat.toNanos()) {
        sink.send(HEARTBEAT);
        sent = true;
      }
      if (sent) {
        sentAt = System.nanoTime();
      }
    }
  }

  private void begin(Sink sink, String hello) throws IOException, InterruptedException {
    String id = "";
    if (lastId == null) {
      place = ring.awaitEnd(START_TIMEOUT).orElse(null);
      // With the id the client misses nothing even if it gets no other message.
      id = place == null ? "" : "id: " + place.position() + "\n";
    } else {
      position = Position.parse(lastId).orElse(null);
      positionIsUnknown = position == null;
    }
    sink.send(bytes("retry: 5000\n" + id + "data: " + hello + "\n\n"));
  }

  /** Sends what a client without a place is missing, once that is known. */
  private boolean findPlace(Sink sink) throws IOException {
    try {
      return position == null ? startNow(sink) : resume(sink, position);
    } catch (RedisUnavailableException e) {
      // The feed notices it, too, and the client is informed.
      log.debug("a client waits for its position: {}", e.getMessage());
      return false;
    }
  }

  private boolean startNow(Sink sink) throws IOException {
    Optional<Place> end = ring.end();
    place = end.orElse(null);
    if (end.isPresent() && positionIsUnknown) {
      positionIsUnknown = false;
      sink.send(CatchUp.gap(end.get().position()));
      return true;
    }
    return false;
  }

  private boolean resume(Sink sink, Position from) throws IOException {
    Optional<Place> after = ring.firstAfter(from);
    if (after.isPresent()) {
      Position to = after.get().position();
      byte[] missing = from.equals(to) ? new byte[0] : catchUp.frame(from, to);
      place = after.get();
      if (missing.length > 0) {
        sink.send(missing);
      }
      return missing.length > 0;
    }
    // Another replica may have read more than this one; then the place comes soon.
    if (!positionExists && ring.end().isPresent()) {
      positionExists = catchUp.newest().covers(from);
      if (!positionExists) {
        position = null;
        positionIsUnknown = true;
        return startNow(sink);
      }
    }
    return false;
  }

  private boolean take(Sink sink, News news) throws IOException {
    boolean sent = false;
    Latest latest = news.latest();
    if (latest.down() && latest.outages() != seen.outages()) {
      sink.send(WAITING);
      sent = true;
    }
    for (Ring.Frame frame : news.frames()) {
      sink.send(frame.bytes());
      sent = true;
    }
    if (latest.status() != null && latest.statuses() != seen.statuses()) {
      sink.send(latest.status());
      sent = true;
    }
    seen = latest;
    if (place != null) {
      position = news.place() == null ? place.position() : news.place().position();
      place = news.place();
      positionExists = false;
    }
    return sent;
  }

  /** Leaves the feed. */
  @Override
  public void close() {
    left.run();
  }
}
