package io.dsxconnect.http.client;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
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
 * One outgoing call: limits the time of each step, and records how the call went. A socket's
 * timeout restarts with every byte and does not cover writes, so a peer that sends single bytes or
 * does not read would hold the call forever. Use one exchange per call, pass its {@link #context()}
 * to the client, and close it. Thread-safe: the caller's thread begins and ends steps, any thread
 * may {@link #cut()}.
 */
@ThreadSafe
public final class Exchange implements AutoCloseable {
  private static final String ATTRIBUTE = "dsx.exchange";

  /** Value of {@link #stepStartNanos} between two steps. */
  private static final long NO_STEP = 0;

  private final HttpClientContext context = HttpClientContext.create();
  private final long maxStepNanos;
  private final ScheduledFuture<?> checks;

  @GuardedBy("this") private @Nullable HttpClientConnection connection;

  private volatile long stepStartNanos = NO_STEP;

  @GuardedBy("this") private boolean closed;

  private volatile boolean cut;
  private volatile boolean repeatable;
  private volatile boolean repeated;
  private volatile boolean answeredEarly;
  private volatile boolean stale;

  /**
   * Starts the time check. Steps that take too long are cut up to 1 second late.
   *
   * @param maxStep the maximum time of one step
   */
  public Exchange(Duration maxStep) {
    this.maxStepNanos = maxStep.toNanos();
    long period = Math.clamp(maxStep.toMillis() / 4, 10, 1000);
    this.checks = Timers.every(period, this::check);
    context.setAttribute(ATTRIBUTE, this);
  }

  /**
   * Allows the client to resend the request once if its pooled connection was closed before any
   * response arrived. The default is not to resend.
   *
   * @return this
   */
  public Exchange repeatable() {
    repeatable = true;
    return this;
  }

  /**
   * Overrides the client's own limits for this call.
   *
   * @param silence the maximum time without a byte from the peer
   * @param forConnection the maximum wait for a pooled connection
   * @return this
   */
  public Exchange silence(Duration silence, Duration forConnection) {
    context.setRequestConfig(
        RequestConfig.custom()
            .setConnectionRequestTimeout(Timeout.of(forConnection))
            .setResponseTimeout(Timeout.of(silence))
            .setRedirectsEnabled(false)
            .build());
    return this;
  }

  /** The context to pass to the HTTP client with the request. */
  public HttpClientContext context() {
    return context;
  }

  /** Begins a step; its time is limited until {@link #end()}. */
  public void begin() {
    long now = System.nanoTime();
    stepStartNanos = now == NO_STEP ? 1 : now;
  }

  /** Ends the step. */
  public void end() {
    stepStartNanos = NO_STEP;
  }

  private void check() {
    long startNanos = stepStartNanos;
    if (startNanos != NO_STEP && System.nanoTime() - startNanos > maxStepNanos) {
      cut();
    }
  }

  /**
   * Aborts the call by closing its connection: reads and writes in progress fail at once. Does
   * nothing after {@link #close()}. Does not block.
   */
  public synchronized void cut() {
    if (closed || cut) {
      return;
    }
    cut = true;
    if (connection != null) {
      connection.close(CloseMode.IMMEDIATE);
    }
  }

  /** Whether the call was aborted, by {@link #cut()} or because a step took too long. */
  public boolean isCut() {
    return cut;
  }

  /** Whether the peer responded before it had received the whole request. */
  public boolean answeredEarly() {
    return answeredEarly;
  }

  /** Whether the request was sent a second time. */
  public boolean repeated() {
    return repeated;
  }

  /** Whether the call failed because the peer had closed its pooled connection. */
  public boolean metStale() {
    return stale;
  }

  void markStale() {
    stale = true;
  }

  static @Nullable Exchange of(HttpContext context) {
    return context.getAttribute(ATTRIBUTE) instanceof Exchange exchange ? exchange : null;
  }

  /**
   * Sets the connection that {@link #cut()} closes.
   *
   * @throws InterruptedIOException if the call is cut already
   */
  synchronized void useConnection(HttpClientConnection used) throws IOException {
    if (cut) {
      throw new InterruptedIOException("the call was aborted");
    }
    connection = used;
    stale = false;
  }

  void markAnsweredEarly() {
    answeredEarly = true;
  }

  /** Whether the request may be resent; if so, records that it was. */
  boolean startRepeat() {
    boolean may = repeatable && !cut;
    repeated |= may;
    return may;
  }

  /** Ends the time check and releases the connection, which may then serve another call. */
  @Override
  public void close() {
    checks.cancel(false);
    synchronized (this) {
      closed = true;
      connection = null;
    }
  }
}
