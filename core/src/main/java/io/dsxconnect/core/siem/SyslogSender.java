package io.dsxconnect.core.siem;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the outbox to the collector in order, from one process at a time. After a break it repeats
 * the events of the last 10 s, at most 1,000, because the collector may have lost them; receivers
 * identify repeats by {@code event_id}. Sends on a thread of its own from {@link #start} to {@link
 * #close}. Its public methods are thread-safe.
 */
@ThreadSafe
public final class SyslogSender implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SyslogSender.class);

  private static final String HELLO = "dsx-connect-workers initialized to use syslog";
  private static final int MAX_EVENTS_PER_READ = 200;
  private static final int MAX_REPEATED_EVENTS = 1_000;
  private static final Duration REPEATED_TIME = Duration.ofSeconds(10);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration MAX_RECONNECT_DELAY = Duration.ofSeconds(30);
  private static final int MAX_DATAGRAM_BYTES = 65_507;

  private final SyslogSettings settings;
  private final SyslogConnection.Opener opener;
  private final SiemOutbox outbox;
  private final SyslogFormat format;
  private final LongSupplier nanoTime;
  private final String me;
  private final Duration pause;
  private final Thread thread;
  private final AtomicLong sent = new AtomicLong();

  /**
   * A sent event.
   *
   * @param nanos time of sending by the monotonic clock
   */
  private record Sent(SiemOutbox.Entry entry, long nanos) {}

  /** The last events that this process sent, oldest first; {@code earlier} is the one before. */
  private final Deque<Sent> recent = new ArrayDeque<>();

  private SiemOutbox.Entry earlier = SiemOutbox.Entry.NONE;
  private SiemOutbox.@Nullable Entry at;

  /** The last event that this process found or recorded as sent. */
  private SiemOutbox.Entry marked = SiemOutbox.Entry.NONE;

  private @Nullable SyslogConnection connection;
  private boolean wasConnected;
  private Duration reconnectDelay;
  private volatile boolean running = true;
  private volatile boolean connected;

  /**
   * @param nanoTime {@link System#nanoTime}
   * @param me identifies this process among those that may send
   * @param host name of this host, for the header
   * @param pause between two reads of an empty outbox; the delay of the first reconnect is five
   *     times this, and doubles up to 30 s
   * @throws io.dsxconnect.settings.StartFailure when the files for TLS cannot be used
   */
  public SyslogSender(
      SyslogSettings settings,
      SiemOutbox outbox,
      LongSupplier nanoTime,
      String me,
      String host,
      Duration pause) {
    this.settings = settings;
    this.outbox = outbox;
    this.opener = SyslogConnection.opener(settings);
    this.format = new SyslogFormat(settings, host, ProcessHandle.current().pid());
    this.nanoTime = nanoTime;
    this.me = me;
    this.pause = pause;
    this.reconnectDelay = firstReconnectDelay();
    this.thread = Thread.ofVirtual().name("syslog").unstarted(this::sendUntilClosed);
  }

  private Duration firstReconnectDelay() {
    return pause.multipliedBy(5);
  }

  /** Starts sending, in the background. */
  public SyslogSender start() {
    thread.start();
    return this;
  }

  /** Events sent by this process, repeats included. */
  public long sent() {
    return sent.get();
  }

  /** Whether this process is connected to the collector now; over UDP, whether it sends. */
  public boolean connected() {
    return connected;
  }

  /** False when its thread has ended: then events wait until another process sends them. */
  public boolean working() {
    return thread.isAlive();
  }

  private void sendUntilClosed() {
    while (running) {
      try {
        if (!outbox.lead(me, LEASE)) {
          disconnect();
          sleep(pause);
        } else if (!sendSome()) {
          sleep(pause);
        }
      } catch (IOException e) {
        disconnected(e);
      } catch (RedisUnavailableException e) {
        sleep(pause);
      } catch (Throwable e) {
        log.error("sending to the syslog collector failed", e);
        sleep(reconnectDelay);
      }
    }
  }

  /** False when there was nothing to send. */
  private boolean sendSome() throws IOException {
    SyslogConnection to = connection();
    to.check();
    SiemOutbox.Entry last = Objects.requireNonNull(at);
    List<SiemOutbox.Entry> entries = outbox.after(last.id(), MAX_EVENTS_PER_READ);
    for (SiemOutbox.Entry entry : entries) {
      if (last.number() > 0 && entry.number() > last.number() + 1) {
        log.error(
            "{} events were dropped: the syslog collector was unavailable for too long",
            entry.number() - last.number() - 1);
      }
      send(to, entry);
      last = entry;
    }
    if (entries.isEmpty()) {
      return false;
    }
    to.flush();
    to.check();
    at = last;
    outbox.markSent(last);
    marked = last;
    dropOld(entries);
    return true;
  }

  private void send(SyslogConnection to, SiemOutbox.Entry entry) throws IOException {
    byte[] framed = format.frame(entry.json(), entry.added());
    if (settings.transport() == SyslogSettings.Transport.UDP
        && framed.length > MAX_DATAGRAM_BYTES) {
      log.error(
          "an event of {} bytes does not fit into a datagram and was not sent; use"
              + " DSXCONNECT_SYSLOG__TRANSPORT=tcp",
          framed.length);
      return;
    }
    to.send(framed);
    sent.incrementAndGet();
  }

  private void dropOld(List<SiemOutbox.Entry> entries) {
    long now = nanoTime.getAsLong();
    entries.forEach(entry -> recent.add(new Sent(entry, now)));
    boolean dropped = false;
    while (recent.size() > MAX_REPEATED_EVENTS) {
      earlier = recent.remove().entry();
      dropped = true;
    }
    if (dropped) {
      outbox.forgetBefore(recent.element().entry().id());
    }
  }

  private SyslogConnection connection() throws IOException {
    SyslogConnection open = connection;
    if (open != null) {
      return open;
    }
    open = opener.open(CONNECT_TIMEOUT);
    try {
      findPosition(open);
    } catch (IOException | RuntimeException e) {
      open.close();
      throw e;
    }
    connection = open;
    wasConnected = true;
    connected = true;
    reconnectDelay = firstReconnectDelay();
    return open;
  }

  /** Finds where to continue: after what this process sent, or after another that sent since. */
  private void findPosition(SyslogConnection open) throws IOException {
    SiemOutbox.Entry last = outbox.lastSent();
    if (wasConnected && last.id().equals(marked.id())) {
      at = beforeRecent();
      log.warn(
          "reconnected to the syslog collector at {}; {} events wait",
          settings.address(),
          outbox.waiting());
    } else {
      // The last events of a sender that did not stop properly may not have arrived.
      recent.clear();
      marked = last;
      at = outbox.lastSentAt().map(then -> before(last, then)).orElse(last);
      open.send(format.frame(HELLO, outbox.now()));
      log.info("sending events to the syslog collector at {}", settings.address());
    }
    if (recent.isEmpty()) {
      earlier = at;
    }
  }

  /** The last event that the collector certainly has, after a break of this connection. */
  private SiemOutbox.Entry beforeRecent() {
    long since = nanoTime.getAsLong() - REPEATED_TIME.toNanos();
    while (!recent.isEmpty() && recent.getLast().nanos() - since >= 0) {
      recent.removeLast();
    }
    return recent.isEmpty() ? earlier : recent.getLast().entry();
  }

  /**
   * The last event that the collector certainly has, when another process sent before.
   *
   * @param end when that process last sent, by Redis' clock, which also dates the events
   */
  private SiemOutbox.Entry before(SiemOutbox.Entry last, Instant end) {
    List<SiemOutbox.Entry> newestFirst = outbox.before(last.id(), MAX_REPEATED_EVENTS + 1);
    for (SiemOutbox.Entry entry : newestFirst) {
      if (entry.added().isBefore(end.minus(REPEATED_TIME))) {
        return entry;
      }
    }
    return newestFirst.size() > MAX_REPEATED_EVENTS ? newestFirst.getLast() : SiemOutbox.Entry.NONE;
  }

  private void disconnected(IOException e) {
    boolean first = connected || reconnectDelay.equals(firstReconnectDelay());
    disconnect();
    if (wasConnected || settings.required()) {
      if (first || reconnectDelay.equals(MAX_RECONNECT_DELAY)) {
        log.warn(
            "the syslog collector at {} is unavailable ({}); events wait",
            settings.address(),
            e.getMessage());
      }
    } else if (first) {
      log.info("the syslog collector at {} does not answer yet; events wait", settings.address());
    }
    sleep(reconnectDelay);
    Duration doubled = reconnectDelay.multipliedBy(2);
    reconnectDelay = doubled.compareTo(MAX_RECONNECT_DELAY) > 0 ? MAX_RECONNECT_DELAY : doubled;
  }

  private void disconnect() {
    SyslogConnection open = connection;
    connection = null;
    connected = false;
    if (open != null) {
      open.close();
    }
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Stops sending and gives up the lease. Waits up to 5 s for the thread; events that are not sent
   * stay in the outbox.
   */
  @Override
  public void close() {
    running = false;
    thread.interrupt();
    try {
      thread.join(CONNECT_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    boolean settled = connected;
    disconnect();
    try {
      outbox.stepDown(me, settled);
    } catch (RedisUnavailableException e) {
      log.debug("the syslog lease was not given up and expires: {}", e.getMessage());
    }
  }
}
