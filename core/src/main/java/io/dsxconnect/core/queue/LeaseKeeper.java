package io.dsxconnect.core.queue;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the leases of a worker's tasks every quarter of the lease, claims tasks of dead workers,
 * and starts the probes of circuit breakers that are due. It has a platform thread, because leases
 * must be renewed however busy the carriers of virtual threads are.
 */
@ThreadSafe
final class LeaseKeeper {
  private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);
  private static final Duration MAX_INTERVAL = Duration.ofSeconds(1);
  private static final Duration MIN_INTERVAL = Duration.ofMillis(20);
  private static final int MAX_CLAIMED = 64;

  private final StageQueue queue;
  private final Slots slots;
  private final Suspects suspects;
  private final CircuitBreakers breakers;
  private final Consumer<Task> begin;
  private final Thread thread;
  private volatile boolean claiming = true;

  /**
   * @param begin starts a claimed task that need not run alone
   */
  LeaseKeeper(
      StageQueue queue,
      Slots slots,
      Suspects suspects,
      CircuitBreakers breakers,
      Consumer<Task> begin) {
    this.queue = queue;
    this.slots = slots;
    this.suspects = suspects;
    this.breakers = breakers;
    this.begin = begin;
    this.thread =
        Thread.ofPlatform().daemon().name(queue.stage().queue() + "-keep").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  /** Claims nothing more; ends once no task is in work. */
  void stopClaiming() {
    claiming = false;
  }

  private void run() {
    Duration quarter = queue.lease().dividedBy(4);
    Duration interval = quarter.compareTo(MAX_INTERVAL) < 0 ? quarter : MAX_INTERVAL;
    long renewed = System.nanoTime();
    while (claiming || !slots.areFree()) {
      Pause.of(interval.compareTo(MIN_INTERVAL) < 0 ? MIN_INTERVAL : interval);
      try {
        if (System.nanoTime() - renewed >= quarter.toNanos()) {
          renewAll();
          renewed = System.nanoTime();
        }
        if (claiming) {
          claim();
          breakers.probeDue(queue::waits);
        }
      } catch (RedisUnavailableException e) {
        log.debug("{}: {}", queue.stage().queue(), e.getMessage());
      } catch (Throwable e) {
        log.error("{}: renewing or claiming failed", queue.stage().queue(), e);
      }
    }
  }

  /**
   * Reads the suspects first, so that one that starts meanwhile is in both sets, not in neither.
   */
  private void renewAll() {
    Set<Task> held = new LinkedHashSet<>(suspects.all());
    held.addAll(slots.tasks());
    if (!held.isEmpty()) {
      Set<Task> lost = queue.renew(held);
      suspects.removeAll(lost);
    }
  }

  private void claim() {
    int room = suspects.isEmpty() ? Math.clamp(slots.free(), 1, MAX_CLAIMED) : 0;
    List<Task> claimed = queue.sweep(room);
    if (claimed.isEmpty()) {
      return;
    }
    log.warn(
        "{}: {} tasks of a worker that died are tried again",
        queue.stage().queue(),
        claimed.size());
    suspects.addAll(claimed.stream().filter(Task::suspect).toList());
    claimed.stream().filter(task -> !task.suspect()).forEach(begin);
    slots.wake();
  }
}
