package io.dsxconnect.http.client;

import io.dsxconnect.http.Timers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One outgoing call: bounds the time of each of its steps and knows what happened to it. A socket's
 * timeout starts again with every byte and does not cover writes, so a peer that drips or does not
 * read would hold the call for ever. Use it for one call and pass its {@link #context()} to the
 * client. The caller's thread begins and ends steps; any thread may cut.
 */
public final class Exchange implements AutoCloseable {
  private static final String NAME = "dsx.exchange";
  private static final long IDLE = 0;

  private final HttpClientContext context = HttpClientContext.create();
  private final long most;
  private final ScheduledFuture<?> looks;
  private @Nullable HttpClientConnection connection;
  private volatile long since = IDLE;
  private boolean closed;
  private volatile boolean cut;
  private volatile boolean repeatable;
  private volatile boolean repeated;
  private volatile boolean answeredEarly;
  private volatile boolean stale;

  /**
   * @param most the longest that one step may take
   */
  public Exchange(Duration most) {
    this.most = most.toNanos();
    long period = Math.clamp(most.toMillis() / 4, 10, 1000);
    this.looks = Timers.every(period, this::look);
    context.setAttribute(NAME, this);
  }

  /**
   * The call may be sent again, once, when a pooled connection turns out to be closed before
   * anything came back.
   */
  public Exchange repeatable() {
    repeatable = true;
    return this;
  }

  /** How long the peer may be silent, when that differs from the client's own setting. */
  public Exchange silence(Duration silence, Duration forConnection) {
    context.setRequestConfig(
        RequestConfig.custom()
            .setConnectionRequestTimeout(Timeout.of(forConnection))
            .setResponseTimeout(Timeout.of(silence))
            .setRedirectsEnabled(false)
            .build());
    return this;
  }

  public HttpClientContext context() {
    return context;
  }

  /** A step begins: from now on its time counts. */
  public void begin() {
    long now = System.nanoTime();
    since = now == IDLE ? 1 : now;
  }

  /** The step is over. */
  public void end() {
    since = IDLE;
  }

  private void look() {
    long begun = since;
    if (begun != IDLE && System.nanoTime() - begun > most) {
      cut();
    }
  }

  /** Ends the call: whatever waits for the peer fails at once. */
  public synchronized void cut() {
    if (closed || cut) {
      return;
    }
    cut = true;
    if (connection != null) {
      connection.close(CloseMode.IMMEDIATE);
    }
  }

  /** Whether the call was ended because a step took too long. */
  public boolean isCut() {
    return cut;
  }

  /** Whether the peer answered before it had the whole request. */
  public boolean answeredEarly() {
    return answeredEarly;
  }

  /** Whether the call was sent twice. */
  public boolean repeated() {
    return repeated;
  }

  /** Whether the call failed because its pooled connection had been closed by the peer. */
  public boolean metStale() {
    return stale;
  }

  void meetsStale() {
    stale = true;
  }

  static @Nullable Exchange of(HttpContext context) {
    return context.getAttribute(NAME) instanceof Exchange exchange ? exchange : null;
  }

  synchronized void runsOver(HttpClientConnection used) throws IOException {
    if (cut) {
      throw new InterruptedIOException("the call was cut");
    }
    connection = used;
    stale = false;
  }

  void wasAnsweredEarly() {
    answeredEarly = true;
  }

  /** Whether it may be sent again; counts as done. */
  boolean repeat() {
    boolean may = repeatable && !cut;
    repeated |= may;
    return may;
  }

  /** From now on nothing cuts it: its connection may serve another call. */
  @Override
  public void close() {
    looks.cancel(false);
    synchronized (this) {
      closed = true;
      connection = null;
    }
  }
}
