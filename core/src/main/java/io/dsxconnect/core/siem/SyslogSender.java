package io.dsxconnect.core.siem;

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
 * Sends the outbox to the collector, in order, by one process at a time. After a break the events
 * of the last 10 s, at most 1,000, are sent again, because a collector that went away may have lost
 * what it had been given: a receiver knows them by their {@code event_id}.
 */
public final class SyslogSender implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SyslogSender.class);

  private static final String HELLO = "dsx-connect-workers initialized to use syslog";
  private static final int AT_ONCE = 200;
  private static final int AGAIN = 1_000;
  private static final Duration AGAIN_SINCE = Duration.ofSeconds(10);
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final int LONGEST_DATAGRAM = 65_507;

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
   * @param nanos when it was sent, by the monotonic clock
   */
  private record Sent(SiemOutbox.Entry entry, long nanos) {}

  /** What this process sent last, oldest first; {@code earlier} is the event before them. */
  private final Deque<Sent> lately = new ArrayDeque<>();

  private SiemOutbox.Entry earlier = SiemOutbox.Entry.NONE;
  private SiemOutbox.@Nullable Entry at;
  private @Nullable SyslogConnection connection;
  private boolean met;
  private Duration wait;
  private volatile boolean running = true;
  private volatile boolean connected;

  /**
   * @param nanoTime {@link System#nanoTime}
   * @param me names this process among those that might send
   * @param host of this process, for the header
   * @param pause between two looks into an empty outbox; five times that is between the first tries
   *     to connect, and doubles to 30 s
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
    this.wait = firstWait();
    this.thread = Thread.ofVirtual().name("syslog").unstarted(this::sendUntilClosed);
  }

  private Duration firstWait() {
    return pause.multipliedBy(5);
  }

  public SyslogSender start() {
    thread.start();
    return this;
  }

  /** Events sent by this process, repeats included. */
  public long sent() {
    return sent.get();
  }

  /** Whether this process is connected to the collector now. */
  public boolean connected() {
    return connected;
  }

  /** False when it ended: then events wait until another process sends them. */
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
        broken(e);
      } catch (RedisUnavailableException e) {
        sleep(pause);
      } catch (Throwable e) {
        log.error("sending to the syslog collector failed", e);
        sleep(wait);
      }
    }
  }

  /** False when there was nothing to send. */
  private boolean sendSome() throws IOException {
    SyslogConnection to = connection();
    to.check();
    SiemOutbox.Entry last = Objects.requireNonNull(at);
    List<SiemOutbox.Entry> entries = outbox.after(last.id(), AT_ONCE);
    for (SiemOutbox.Entry entry : entries) {
      if (last.number() > 0 && entry.number() > last.number() + 1) {
        log.error(
            "{} events were dropped: the syslog collector was away for too long",
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
    forgetOld(entries);
    return true;
  }

  private void send(SyslogConnection to, SiemOutbox.Entry entry) throws IOException {
    byte[] framed = format.frame(entry.json(), entry.added());
    if (settings.transport() == SyslogSettings.Transport.UDP && framed.length > LONGEST_DATAGRAM) {
      log.error(
          "an event of {} bytes does not fit into a datagram and was not sent; use DSXCONNECT_SYSLOG__TRANSPORT=tcp",
          framed.length);
      return;
    }
    to.send(framed);
    sent.incrementAndGet();
  }

  private void forgetOld(List<SiemOutbox.Entry> entries) {
    long now = nanoTime.getAsLong();
    entries.forEach(entry -> lately.add(new Sent(entry, now)));
    boolean old = false;
    while (lately.size() > AGAIN) {
      earlier = lately.remove().entry();
      old = true;
    }
    if (old) {
      outbox.forgetBefore(lately.element().entry().id());
    }
  }

  private SyslogConnection connection() throws IOException {
    SyslogConnection open = connection;
    if (open != null) {
      return open;
    }
    open = opener.open(CONNECT);
    connection = open;
    if (met) {
      at = beforeThoseSentLately();
      log.warn(
          "the syslog collector at {} is back; {} events wait",
          settings.address(),
          outbox.waiting());
    } else {
      // Of a sender that did not stop in order, the last events may not have arrived.
      SiemOutbox.Entry last = outbox.lastSent();
      at = outbox.lastSentAt().map(then -> before(last, then)).orElse(last);
      open.send(format.frame(HELLO, outbox.now()));
      log.info("events are sent to the syslog collector at {}", settings.address());
    }
    if (lately.isEmpty()) {
      earlier = at;
    }
    met = true;
    connected = true;
    wait = firstWait();
    return open;
  }

  /** The event after which a collector that was connected to may have lost some. */
  private SiemOutbox.Entry beforeThoseSentLately() {
    long since = nanoTime.getAsLong() - AGAIN_SINCE.toNanos();
    while (!lately.isEmpty() && lately.getLast().nanos() - since >= 0) {
      lately.removeLast();
    }
    return lately.isEmpty() ? earlier : lately.getLast().entry();
  }

  /**
   * The event after which another process may have lost some when it died.
   *
   * @param end when it sent for the last time, by Redis' clock, which also dates the events
   */
  private SiemOutbox.Entry before(SiemOutbox.Entry last, Instant end) {
    List<SiemOutbox.Entry> newestFirst = outbox.before(last.id(), AGAIN + 1);
    for (SiemOutbox.Entry entry : newestFirst) {
      if (entry.added().isBefore(end.minus(AGAIN_SINCE))) {
        return entry;
      }
    }
    return newestFirst.size() > AGAIN ? newestFirst.getLast() : SiemOutbox.Entry.NONE;
  }

  private void broken(IOException e) {
    boolean first = connected || wait.equals(firstWait());
    disconnect();
    if (met || settings.required()) {
      if (first || wait.equals(LONGEST_WAIT)) {
        log.warn(
            "the syslog collector at {} is away ({}); events wait",
            settings.address(),
            e.getMessage());
      }
    } else if (first) {
      log.info("the syslog collector at {} does not answer yet; events wait", settings.address());
    }
    sleep(wait);
    Duration doubled = wait.multipliedBy(2);
    wait = doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled;
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

  @Override
  public void close() {
    running = false;
    thread.interrupt();
    try {
      thread.join(CONNECT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    boolean settled = connected;
    disconnect();
    try {
      outbox.stepDown(me, settled);
    } catch (RedisUnavailableException e) {
      log.debug("the syslog lease runs out by itself");
    }
  }
}
