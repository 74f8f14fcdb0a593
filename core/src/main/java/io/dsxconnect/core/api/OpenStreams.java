package io.dsxconnect.core.api;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Call;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The streams of events that are open, of a limited number. Thread-safe. */
@ThreadSafe
final class OpenStreams implements AutoCloseable {
  /**
   * The last frame of a stream when the server stops. Another process, or this one after its
   * restart, continues from the client's Last-Event-ID.
   */
  static final String FAREWELL = "retry: 1000\n: the server stops\n\n";

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

  private final int most;
  private final Semaphore free;
  private volatile boolean accepting = true;

  /** Sends one stream, from its first frame to its end. */
  @FunctionalInterface
  interface Body {
    void send() throws IOException, InterruptedException, InvalidInput;
  }

  /**
   * @param most streams open at once; further ones are answered 503
   */
  OpenStreams(int most) {
    this.most = most;
    this.free = new Semaphore(most);
  }

  /** The number of open streams. */
  int count() {
    return most - free.availablePermits();
  }

  /** False when streams are to end. */
  boolean accepting() {
    return accepting;
  }

  /** Runs a stream, unless too many are open. Blocks until it ends. */
  void run(Call call, Body body) throws IOException, InterruptedException, InvalidInput {
    if (!free.tryAcquire()) {
      call.setHeader("Retry-After", "5");
      throw Refusal.of(503, "too many streams are open");
    }
    try {
      body.send();
    } finally {
      free.release();
    }
  }

  /** Asks every stream to end. */
  void stop() {
    accepting = false;
  }

  /** Asks every stream to end, and waits up to 3 s for their ends. */
  @Override
  public void close() {
    stop();
    try {
      // All permits are free once every stream has ended.
      if (free.tryAcquire(most, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        free.release(most);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
