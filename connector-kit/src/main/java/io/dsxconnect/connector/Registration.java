package io.dsxconnect.connector;

import io.dsxconnect.contract.ConnectorInstance;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a connector registered: registers at the start, then sends heartbeats, and retries more
 * often while they fail. Runs in its own thread from construction until {@link #close}.
 * Thread-safe.
 */
final class Registration implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Registration.class);

  /** Limits how long a core that does not answer delays a stop, per step of two. */
  private static final Duration UNREGISTER_TIMEOUT = Duration.ofSeconds(3);

  private final CoreClient core;
  private final Supplier<ConnectorInstance> self;
  private final Supplier<List<String>> listingJobs;
  private final Timing timing;
  private final Thread thread;
  private volatile boolean everRegistered;
  private volatile boolean running = true;

  /**
   * @param self supplies the connector's description
   * @param listingJobs supplies the ids of the jobs that are listed now
   */
  Registration(
      CoreClient core,
      Supplier<ConnectorInstance> self,
      Supplier<List<String>> listingJobs,
      Timing timing) {
    this.core = core;
    this.self = self;
    this.listingJobs = listingJobs;
    this.timing = timing;
    this.thread = Thread.ofVirtual().name("registration").start(this::run);
  }

  /** Whether a registration succeeded since the start; later failures do not change that. */
  boolean everRegistered() {
    return everRegistered;
  }

  private void run() {
    boolean registered = false;
    int failures = 0;
    while (running) {
      Duration wait;
      try {
        core.register(self.get(), listingJobs.get());
        if (!registered) {
          log.info("registered with the core");
        }
        registered = true;
        everRegistered = true;
        failures = 0;
        wait = timing.heartbeat();
      } catch (IOException e) {
        if (running && (registered || failures == 0)) {
          log.warn("cannot register with the core: {}; trying again", e.getMessage());
        }
        registered = false;
        wait = retryAfter(failures++);
      }
      try {
        Thread.sleep(wait);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Adds 10 % of jitter, so that connectors do not call a restarted core all at once. */
  private Duration retryAfter(int failures) {
    long millis =
        Math.min(timing.heartbeat().toMillis(), timing.retry().toMillis() << Math.min(failures, 9));
    return Duration.ofMillis(millis * ThreadLocalRandom.current().nextLong(90, 111) / 100);
  }

  @Override
  public void close() {
    running = false;
    thread.interrupt();
    Thread unregister = Thread.ofVirtual().name("unregister").unstarted(this::unregister);
    try {
      // Otherwise a registration in flight could arrive after the removal.
      thread.join(UNREGISTER_TIMEOUT);
      if (everRegistered) {
        unregister.start();
        if (!unregister.join(UNREGISTER_TIMEOUT)) {
          log.warn("not unregistered: the core does not answer; its registration expires");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void unregister() {
    try {
      core.unregister(String.valueOf(self.get().uuid()));
    } catch (IOException e) {
      log.warn("not unregistered: {}; its registration expires", e.getMessage());
    }
  }
}
