package io.dsxconnect.app;

import io.dsxconnect.core.redis.Redis;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of this process, closed in the reverse order of their start: when the command ends, or
 * when a signal ends it. A server that was told to stop and drained ends with 0.
 */
final class Lifetime implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lifetime.class);

  private static volatile boolean ending;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private volatile boolean serving;
  private boolean closed;

  Lifetime() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopped, "stop"));
  }

  /** Whether this process is on its way out: what fails now fails because of that. */
  static boolean ending() {
    return ending;
  }

  synchronized <T extends AutoCloseable> T add(T part) {
    if (closed) {
      close(part);
      throw new IllegalStateException("stopping");
    }
    parts.push(part);
    return part;
  }

  /** Says that the role is ready as soon as Redis answers; stays until a signal comes. */
  int serve(Redis redis, String role, String url) {
    serving = true;
    try {
      redis.awaitConnected();
      return serve(role, url);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /** Says that the role is ready; stays until a signal comes. */
  int serve(String role, String url) {
    serving = true;
    if (!ending) {
      System.out.println(role + " ready " + url);
      System.out.flush();
    }
    try {
      stop.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
    return 0;
  }

  private void stopped() {
    ending = true;
    stop.countDown();
    close();
    if (serving) {
      // The JVM would end with 128 + the signal's number; a drained stop is a success.
      Runtime.getRuntime().halt(0);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!parts.isEmpty()) {
      close(parts.pop());
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      log.warn("stopping: {}", e.getMessage());
    }
  }
}
