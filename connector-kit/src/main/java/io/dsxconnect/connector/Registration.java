package io.dsxconnect.connector;

import io.dsxconnect.contract.ConnectorInstance;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a connector registered: once at start, then a heartbeat, sooner and sooner again while it
 * fails.
 */
final class Registration implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Registration.class);
  private static final Duration HEARTBEAT = Duration.ofSeconds(60);
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);

  private final CoreClient core;
  private final Supplier<ConnectorInstance> self;
  private final Thread thread;
  private volatile boolean registered;
  private volatile boolean running = true;

  Registration(CoreClient core, Supplier<ConnectorInstance> self) {
    this.core = core;
    this.self = self;
    this.thread = Thread.ofVirtual().name("registration").start(this::beat);
  }

  boolean registered() {
    return registered;
  }

  private void beat() {
    int failures = 0;
    while (running) {
      Duration wait;
      try {
        core.register(self.get());
        if (!registered) {
          log.info("registered with the core");
        }
        registered = true;
        failures = 0;
        wait = HEARTBEAT;
      } catch (IOException e) {
        if (registered || failures == 0) {
          log.warn("not registered with the core: {}; trying again", e.getMessage());
        }
        registered = false;
        long millis =
            Math.min(HEARTBEAT.toMillis(), FIRST_RETRY.toMillis() << Math.min(failures++, 7));
        wait = Duration.ofMillis(millis * ThreadLocalRandom.current().nextLong(90, 111) / 100);
      }
      try {
        Thread.sleep(wait);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    running = false;
    thread.interrupt();
    if (registered) {
      try {
        core.unregister(String.valueOf(self.get().uuid()));
      } catch (IOException e) {
        log.warn("not unregistered: {}; the core forgets it by itself", e.getMessage());
      }
    }
  }
}
