package io.dsxconnect.app.process;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.core.redis.Redis;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jline.utils.Signals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the parts of this process in the reverse order of their start, when the command ends or a
 * signal arrives. A server that drained after a signal exits with 0. A second signal ends the
 * process at once; other workers claim its tasks when their leases expire. Thread-safe.
 */
@ThreadSafe
public final class Lifetime implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lifetime.class);
  private static final int SIGNAL_EXIT_BASE = 128;

  private static volatile boolean ending;

  @GuardedBy("this") private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicInteger signalCount = new AtomicInteger();
  private final HealthFile health;
  private volatile boolean serving;

  @GuardedBy("this") private boolean closed;

  /** For a process without a health check. */
  public Lifetime() {
    this(HealthFile.NONE);
  }

  /**
   * Handles SIGTERM and SIGINT of this process from now on.
   *
   * @param health where a server writes its health URL
   */
  public Lifetime(HealthFile health) {
    this.health = health;
    Runtime.getRuntime().addShutdownHook(new Thread(this::onShutdown, "stop"));
    Signals.register("TERM", () -> onSignal(15));
    Signals.register("INT", () -> onSignal(2));
  }

  /** Whether this process is shutting down, which explains every failure from now on. */
  public static boolean ending() {
    return ending;
  }

  /**
   * Ends this process at once because an essential part has ended. Nothing is drained, because
   * draining needs that part; other workers claim the tasks when their leases expire.
   */
  public static void abort(String reason, int exitCode) {
    System.err.println("dsx: " + reason);
    Runtime.getRuntime().halt(exitCode);
  }

  private void onSignal(int number) {
    if (signalCount.getAndIncrement() > 0) {
      Runtime.getRuntime().halt(SIGNAL_EXIT_BASE + number);
    }
    // System.exit blocks until the parts are closed; a second signal must be handled meanwhile.
    Thread.ofPlatform().name("signal").start(() -> System.exit(SIGNAL_EXIT_BASE + number));
  }

  /**
   * Takes over a part, to close it.
   *
   * @throws IllegalStateException when this is closed already; the part is closed then
   */
  public synchronized <T extends AutoCloseable> T add(T part) {
    if (closed) {
      close(part);
      throw new IllegalStateException("stopping");
    }
    parts.push(part);
    return part;
  }

  /**
   * Prints that the role is ready as soon as Redis answers, then blocks until a signal arrives. The
   * health URL is written before: a process without Redis is alive, though not ready.
   *
   * @return the exit code
   */
  public int serve(Redis redis, String role, String url, String healthUrl) {
    serving = true;
    writeHealthUrl(healthUrl);
    try {
      redis.awaitConnected();
      return serve(role, url, healthUrl);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /**
   * Prints that the role is ready, then blocks until a signal arrives.
   *
   * @param url of the server; for a process without one, what it works on
   * @param healthUrl empty when the process serves none
   * @return the exit code
   */
  public int serve(String role, String url, String healthUrl) {
    serving = true;
    if (!ending) {
      writeHealthUrl(healthUrl);
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

  private void writeHealthUrl(String healthUrl) {
    if (!healthUrl.isEmpty()) {
      health.write(healthUrl);
    }
  }

  private void onShutdown() {
    ending = true;
    stop.countDown();
    close();
    if (serving) {
      // The JVM would exit with 128 + the signal's number, but a drained stop is a success.
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
      log.warn("closing a part of the process failed: {}", e.getMessage());
    }
  }
}
