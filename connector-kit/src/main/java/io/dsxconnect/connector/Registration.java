package io.dsxconnect.connector;

import io.dsxconnect.contract.ConnectorInstance;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a connector registered: once at start, then a heartbeat, and more often while it fails. */
final class Registration implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Registration.class);

  /** How long a core that does not answer may hold up a stop. */
  private static final Duration FAREWELL = Duration.ofSeconds(3);

  private final CoreClient core;
  private final Supplier<ConnectorInstance> self;
  private final Supplier<List<String>> listing;
  private final Timing timing;
  private final Thread thread;
  private volatile boolean everRegistered;
  private volatile boolean running = true;

  /**
   * @param listing jobs that are being listed now
   */
  Registration(
      CoreClient core,
      Supplier<ConnectorInstance> self,
      Supplier<List<String>> listing,
      Timing timing) {
    this.core = core;
    this.self = self;
    this.listing = listing;
    this.timing = timing;
    this.thread = Thread.ofVirtual().name("registration").start(this::beat);
  }

  /** Whether the core has taken it since the start; a heartbeat that fails does not undo that. */
  boolean everRegistered() {
    return everRegistered;
  }

  private void beat() {
    boolean registered = false;
    int failures = 0;
    while (running) {
      Duration wait;
      try {
        core.register(self.get(), listing.get());
        if (!registered) {
          log.info("registered with the core");
        }
        registered = true;
        everRegistered = true;
        failures = 0;
        wait = timing.heartbeat();
      } catch (IOException e) {
        if (running && (registered || failures == 0)) {
          log.warn("not registered with the core: {}; trying again", e.getMessage());
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

  /** Spread, so that the connectors of a core that comes back do not all call at once. */
  private Duration retryAfter(int failures) {
    long millis =
        Math.min(timing.heartbeat().toMillis(), timing.retry().toMillis() << Math.min(failures, 9));
    return Duration.ofMillis(millis * ThreadLocalRandom.current().nextLong(90, 111) / 100);
  }

  @Override
  public void close() {
    running = false;
    thread.interrupt();
    Thread farewell = Thread.ofVirtual().name("unregister").unstarted(this::unregister);
    try {
      // Else a registration under way could come after the farewell.
      thread.join(FAREWELL);
      if (everRegistered) {
        farewell.start();
        if (!farewell.join(FAREWELL)) {
          log.warn("not unregistered: the core does not answer; it forgets by itself");
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
      log.warn("not unregistered: {}; the core forgets it by itself", e.getMessage());
    }
  }
}
