package io.dsxconnect.core.api;

import io.dsxconnect.routes.Call;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/**
 * The bytes of a stream of events to one client. Closes the connection of a client that accepts no
 * data for a while. Confined to one thread.
 */
final class EventOutput implements AutoCloseable {
  /** A slow client makes progress with each of them. */
  private static final int CHUNK_BYTES = 64 * 1024;

  private final Duration writeTimeout;
  private final OutputStream out;
  private final Thread watch;
  private volatile long writingSince;

  /**
   * Starts the response.
   *
   * @param writeTimeout for a client that accepts no data
   */
  EventOutput(Call call, Duration writeTimeout) {
    this.writeTimeout = writeTimeout;
    call.setHeader("Cache-Control", "no-cache").setHeader("X-Accel-Buffering", "no");
    this.out = call.stream("text/event-stream; charset=utf-8");
    Thread writer = Thread.currentThread();
    this.watch = Thread.ofVirtual().name("slow-client").start(() -> watch(writer));
  }

  /** Interrupts a write that waits too long for its client, which closes the connection. */
  private void watch(Thread writer) {
    try {
      while (true) {
        Thread.sleep(writeTimeout.dividedBy(4));
        long since = writingSince;
        if (since != 0 && System.nanoTime() - since > writeTimeout.toNanos()) {
          writer.interrupt();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Sends frames and flushes them. Blocks while the client accepts no data.
   *
   * @param frames not changed
   * @throws IOException when the client is gone or too slow
   */
  void send(byte[] frames) throws IOException {
    try {
      for (int from = 0; from < frames.length; from += CHUNK_BYTES) {
        writingSince = System.nanoTime();
        out.write(frames, from, Math.min(CHUNK_BYTES, frames.length - from));
      }
      out.flush();
    } finally {
      writingSince = 0;
    }
  }

  @Override
  public void close() throws IOException {
    watch.interrupt();
    out.close();
  }
}
