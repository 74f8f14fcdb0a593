package io.dsxconnect.app.process;

import io.dsxconnect.core.redis.Redis;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jline.utils.Signals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of this process, closed in the reverse order of their start: when the command ends, or
 * when a signal ends it. A server that was told to stop and drained ends with 0; a second signal
 * ends it at once, with what is in work left to be found by its leases.
 */
public final class Lifetime implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Lifetime.class);
  private static final int BY_SIGNAL = 128;

  private static volatile boolean ending;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final AtomicInteger signals = new AtomicInteger();
  private final HealthFile health;
  private volatile boolean serving;
  private boolean closed;

  /** For a process whose health nobody checks. */
  public Lifetime() {
    this(HealthFile.NONE);
  }

  /**
   * Handles SIGTERM and SIGINT of this process from now on.
   *
   * @param health where a server notes its health URL
   */
  public Lifetime(HealthFile health) {
    this.health = health;
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopped, "stop"));
    Signals.register("TERM", () -> signalled(15));
    Signals.register("INT", () -> signalled(2));
  }

  /** Whether this process is on its way out: what fails now fails because of that. */
  public static boolean ending() {
    return ending;
  }

  /**
   * Ends this process at once because something that it cannot do without has ended. What is in
   * work is found by its leases; nothing is drained, because draining needs what has ended.
   */
  public static void abandon(String why, int exitCode) {
    System.err.println("dsx: " + why);
    Runtime.getRuntime().halt(exitCode);
  }

  private void signalled(int number) {
    if (signals.getAndIncrement() > 0) {
      Runtime.getRuntime().halt(BY_SIGNAL + number);
    }
    // Exiting waits for the parts to close; a second signal must be heard meanwhile.
    Thread.ofPlatform().name("signal").start(() -> System.exit(BY_SIGNAL + number));
  }

  public synchronized <T extends AutoCloseable> T add(T part) {
    if (closed) {
      close(part);
      throw new IllegalStateException("stopping");
    }
    parts.push(part);
    return part;
  }

  /**
   * Says that the role is ready as soon as Redis answers; stays until a signal comes. Its health is
   * told before: what is away elsewhere makes it no less alive.
   */
  public int serve(Redis redis, String role, String url, String healthUrl) {
    serving = true;
    note(healthUrl);
    try {
      redis.awaitConnected();
      return serve(role, url, healthUrl);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  /**
   * Says that the role is ready; stays until a signal comes.
   *
   * @param url or, for what serves nothing, what it does
   * @param healthUrl where its health is told; empty when nowhere
   */
  public int serve(String role, String url, String healthUrl) {
    serving = true;
    if (!ending) {
      note(healthUrl);
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

  private void note(String healthUrl) {
    if (!healthUrl.isEmpty()) {
      health.write(healthUrl);
    }
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
