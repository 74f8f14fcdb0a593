package io.dsxconnect.core.live;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.core.event.EventTail;
import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the events of Redis once for all clients of this process and makes at most four pulses per
 * second of them, as bytes that the clients share. Reads only while there are clients, and 10 s
 * longer. See docs/wire.md, "Live feed". Thread-safe.
 */
@ThreadSafe
public final class LiveFeed implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LiveFeed.class);
  private static final Duration PULSE_INTERVAL = Duration.ofMillis(250);
  private static final Duration STATUS_INTERVAL = Duration.ofSeconds(1);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);
  private static final Duration LINGER = Duration.ofSeconds(10);

  private final Redis redis;
  private final LiveStatus status;
  private final InstantSource clock;
  private final CatchUp catchUp;
  private final Ring ring = new Ring();
  private final AtomicLong unreadable = new AtomicLong();

  @GuardedBy("this") private int clients;

  @GuardedBy("this") private long lastLeftAt;

  @GuardedBy("this") private boolean closed;

  /** Null while nobody needs the feed. */
  @GuardedBy("this") private @Nullable Thread reader;

  @GuardedBy("this") private @Nullable Thread statusReader;

  public LiveFeed(Redis redis, LiveStatus status, InstantSource clock) {
    this.redis = redis;
    this.status = status;
    this.clock = clock;
    this.catchUp = new CatchUp(Events.ofResults(redis), Events.ofConnectors(redis), clock);
  }

  /**
   * Adds a client; the caller closes it.
   *
   * @param lastId the id of the last message that the client got; null for a client that begins now
   */
  public synchronized LiveClient connect(@Nullable String lastId) {
    clients++;
    if (reader == null && !closed) {
      reader = Thread.ofVirtual().name("live-feed").start(this::read);
      statusReader = Thread.ofVirtual().name("live-status").start(this::readStatus);
    }
    return new LiveClient(ring, catchUp, lastId, this::left);
  }

  private synchronized void left() {
    clients--;
    lastLeftAt = System.nanoTime();
  }

  /** The number of clients now. */
  public synchronized int clients() {
    return clients;
  }

  /** Whether the feed reads Redis. */
  synchronized boolean isReading() {
    return reader != null;
  }

  /** Whether to read on; if not, forgets everything, and the next client starts the feed again. */
  private synchronized boolean isNeeded() {
    if (closed || Thread.currentThread() != reader) {
      return false;
    }
    if (clients == 0 && System.nanoTime() - lastLeftAt > LINGER.toNanos()) {
      if (statusReader != null) {
        statusReader.interrupt();
      }
      reader = null;
      statusReader = null;
      ring.clear();
      return false;
    }
    return true;
  }

  private void read() {
    try {
      while (isNeeded()) {
        try {
          Position start = start();
          try (EventTail tail = Events.tail(redis, start.results(), start.connectors())) {
            ring.down(false);
            follow(tail, start);
          }
        } catch (RedisUnavailableException e) {
          // The connection itself logs it. Clients stay, and the feed continues at its position.
          ring.down(true);
          Thread.sleep(RETRY_DELAY);
        } catch (RuntimeException e) {
          log.warn("the live feed stops for {} s: {}", RETRY_DELAY.toSeconds(), e.toString());
          ring.down(true);
          Thread.sleep(RETRY_DELAY);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Where to read on: behind the last pulse, or at the newest event. */
  private Position start() {
    Position newest = catchUp.newest();
    Optional<Ring.Place> end = ring.end();
    if (end.isPresent() && newest.covers(end.get().position())) {
      return end.get().position();
    }
    // The first start, or Redis lost events that were sent.
    ring.restart(newest);
    return newest;
  }

  private void follow(EventTail tail, Position start) throws InterruptedException {
    Position sent = start;
    long nextPulseAt = System.nanoTime();
    while (isNeeded()) {
      Pulse pulse = new Pulse();
      add(pulse, tail.await(READ_TIMEOUT));
      if (!pulse.isEmpty()) {
        Thread.sleep(Duration.ofNanos(Math.max(0, nextPulseAt - System.nanoTime())));
        boolean more = true;
        while (more && !pulse.isFull()) {
          more = add(pulse, tail.poll());
        }
        nextPulseAt = System.nanoTime() + PULSE_INTERVAL.toNanos();
        sent = publish(pulse, sent, new Position(tail.results(), tail.connectors()));
      }
    }
  }

  private static boolean add(Pulse pulse, EventTail.Batch batch) {
    pulse.addResults(batch.results());
    pulse.addConnectors(batch.connectors());
    return !batch.isEmpty();
  }

  private Position publish(Pulse pulse, Position sent, Position end) {
    // Redis keeps 10,000 events; a reader that was slower has missed some.
    byte[] frame =
        catchUp.forgotAfter(sent)
            ? CatchUp.gap(end)
            : pulse.frame(end, clock.instant().getEpochSecond());
    ring.append(new Ring.Frame(frame, end));
    count(pulse.unreadable());
    return end;
  }

  private void count(List<String> faults) {
    if (!faults.isEmpty() && unreadable.getAndAdd(faults.size()) == 0) {
      log.warn(
          "event {}; it is skipped, and from now on dsx_live_unreadable_events_total counts such"
              + " events without a message",
          Printable.of(faults.getFirst()));
    }
  }

  /** Events that could not be read, and were skipped, since the start of this process. */
  public long unreadable() {
    return unreadable.get();
  }

  private void readStatus() {
    String last = "";
    try {
      while (!Thread.currentThread().isInterrupted()) {
        String now = statusJson();
        if (!now.isEmpty() && !now.equals(last)) {
          last = now;
          publishStatus(now);
        }
        Thread.sleep(STATUS_INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void publishStatus(String rest) {
    // A feed that was started again has another thread for it.
    if (Thread.currentThread() == statusReader) {
      ring.status(
          ("data: {\"type\":\"status\",\"at\":" + clock.instant().getEpochSecond() + rest)
              .getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The rest of a status message after its time; empty when it cannot be read. */
  private String statusJson() {
    try {
      return "," + Json.text(fields(status.read())).substring(1) + "\n\n";
    } catch (RuntimeException e) {
      log.warn("the state of the platform cannot be read: {}", e.toString());
      return "";
    }
  }

  private static Map<String, Object> fields(LiveStatus.Report report) {
    LiveStatus.Fleet fleet = report.fleet();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("stages", report.stages());
    fields.put("dead_letters", report.deadLetters());
    fields.put("attention", report.attention());
    fields.put("scanner", report.scanner());
    fields.put("connectors", fleet.connectors());
    fields.put("jobs", new Jobs(fleet.activeJobs()));
    fields.put("redis", report.redis());
    fields.put("rates", new Rates(fleet.filesPerSecond(), fleet.bytesPerSecond()));
    return fields;
  }

  private record Jobs(@Nullable Long active) {}

  private record Rates(@Nullable Double filesPerSecond, @Nullable Double bytesPerSecond) {}

  /** Ends reading, and wakes all clients up, so that they notice their end. */
  @Override
  public synchronized void close() {
    closed = true;
    if (reader != null) {
      reader.interrupt();
    }
    if (statusReader != null) {
      statusReader.interrupt();
    }
    ring.close();
  }
}
